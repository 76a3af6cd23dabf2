package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/moby/moby/client"
)

// Everything that a run makes carries these labels.
const (
	labelRun     = "milvus-tls-e2e.run"     // the run's folder, which is locked as long as its runner lives
	labelMachine = "milvus-tls-e2e.machine" // where that folder is
	labelMade    = "milvus-tls-e2e.made"    // when, in seconds since 1970
)

// forgotten is how old what a runner on another machine made must be to be
// taken for left behind. No run takes as long.
const forgotten = 24 * time.Hour

// labels are those of what a run makes.
func labels(run string) map[string]string {
	return map[string]string{labelRun: run, labelMachine: machine(), labelMade: fmt.Sprint(time.Now().Unix())}
}

// machine names where paths mean the same as here: this machine, or this
// container on it.
func machine() string {
	name, _ := os.Hostname()
	space, _ := os.Readlink("/proc/self/ns/mnt")
	return name + " " + space
}

// over reports whether the run that created something is over.
func over(of map[string]string, here string, now time.Time, lives func(folder string) bool) bool {
	if of[labelMachine] == here {
		return !lives(of[labelRun])
	}
	var made int64
	_, err := fmt.Sscan(of[labelMade], &made)
	return err != nil || now.Sub(time.Unix(made, 0)) > forgotten
}

// Sweep removes and lists what finished runs left. lives reports whether the run of a folder on
// this machine is still under way.
func (e *Engine) Sweep(ctx context.Context, lives func(folder string) bool) ([]string, error) {
	return e.remove(ctx, labelRun, func(of map[string]string) bool {
		return over(of, machine(), time.Now(), lives)
	})
}

// Remove removes everything that one run made.
func (e *Engine) Remove(ctx context.Context, run string) error {
	_, err := e.remove(ctx, labelRun+"="+run, func(map[string]string) bool { return true })
	return err
}

// remove removes the containers, then the volumes and networks, that carry a
// label and are chosen.
func (e *Engine) remove(ctx context.Context, label string, chosen func(map[string]string) bool) (removed []string, err error) {
	filter := client.Filters{}.Add("label", label)
	containers, err := e.client.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filter})
	if err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	var failed []error
	runs := map[string]bool{}
	note := func(of map[string]string, err error) {
		runs[of[labelRun]] = true
		if err != nil && !gone(err) {
			failed = append(failed, err)
		}
	}
	for _, c := range containers.Items {
		if chosen(c.Labels) {
			_, err := e.client.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
			note(c.Labels, err)
		}
	}
	volumes, err := e.client.VolumeList(ctx, client.VolumeListOptions{Filters: filter})
	if err != nil {
		return nil, errors.Join(append(failed, fmt.Errorf("list volumes: %w", err))...)
	}
	for _, v := range volumes.Items {
		if chosen(v.Labels) {
			_, err := e.client.VolumeRemove(ctx, v.Name, client.VolumeRemoveOptions{Force: true})
			note(v.Labels, err)
		}
	}
	networks, err := e.client.NetworkList(ctx, client.NetworkListOptions{Filters: filter})
	if err != nil {
		return nil, errors.Join(append(failed, fmt.Errorf("list networks: %w", err))...)
	}
	for _, n := range networks.Items {
		if chosen(n.Labels) {
			_, err := e.client.NetworkRemove(ctx, n.ID, client.NetworkRemoveOptions{})
			note(n.Labels, err)
		}
	}
	for _, run := range slices.Sorted(maps.Keys(runs)) {
		removed = append(removed, "containers of "+filepath.Base(run))
	}
	return removed, errors.Join(failed...)
}
