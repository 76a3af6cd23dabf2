package manifest

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
)

// workload reads a Deployment, StatefulSet, Pod or the like, as Helm renders it
// and as a cluster prints it, and reports whether it runs Milvus.
func (m *Manifest) workload(o object) (bool, error) {
	node := value(o.node, "spec", "template", "spec")
	switch o.kind {
	case "Pod":
		node = value(o.node, "spec")
	case "CronJob", "Job":
		return false, nil
	}
	containers := value(node, "containers")
	if containers == nil || containers.Kind != yaml.SequenceNode {
		return false, nil
	}
	var spec corev1.PodSpec
	if err := into(node, &spec); err != nil {
		return false, fmt.Errorf("line %d: the pods of %s: %w", node.Line, o.name, err)
	}
	for i, c := range spec.Containers {
		if !runsMilvus(c.Image, slices.Concat(c.Command, c.Args)) || isInit(c) {
			continue
		}
		m.Kind, m.Image, m.Role = Pod, c.Image, role(slices.Concat(c.Command, c.Args))
		m.Name = o.kind + " " + o.name
		m.Merged = slices.ContainsFunc(slices.Concat(c.Command, c.Args), mergingTool)
		if err := m.volumes(value(node, "volumes")); err != nil {
			return false, err
		}
		if err := m.mounts(value(containers.Content[i], "volumeMounts")); err != nil {
			return false, err
		}
		m.envFrom(c.EnvFrom)
		if err := m.envList(value(containers.Content[i], "env")); err != nil {
			return false, err
		}
		m.podUser(&spec, c.SecurityContext, node.Line)
		return true, m.files()
	}
	return false, nil
}

// isInit reports a container that only copies tools into the pod.
func isInit(c corev1.Container) bool { return c.Name == "config" }

// mergingTool recognises the scripts that merge user.yaml over milvus.yaml before they start the
// server: the chart's before 4.2.0 and the Operator's.
func mergingTool(word string) bool {
	return strings.HasSuffix(word, "/run-helm.sh") || strings.HasSuffix(word, "/milvus/tools/run.sh")
}

// components returns the servers of a deployment: those that clients connect to, each with the
// others of the same file. Without any, each other server is one of its own.
func components(all []*Manifest) []*Manifest {
	var outer, inner []*Manifest
	for _, m := range all {
		if m.External() {
			outer = append(outer, m)
		} else {
			inner = append(inner, m)
		}
	}
	if len(outer) == 0 {
		return all
	}
	for _, m := range outer {
		if m.Role == "proxy" {
			m.others = append(m.others, inner...)
		}
	}
	return outer
}
