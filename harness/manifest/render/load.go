package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v3/pkg/chart/loader"
	"sigs.k8s.io/yaml"
)

// The bounds of what is fetched: the Milvus chart's archive has 700 kB, and its
// repository's index 600 kB.
const (
	fetchBound = time.Minute
	maxFetched = 32 << 20
)

// Load loads a chart: a folder, an archive, the address of an archive, or a chart of
// a repository, as REPOSITORY/CHART with the name that the user's Helm has for the
// repository or with its address. The version counts for the last: without one it is
// the newest release.
func Load(ctx context.Context, ref, version string) (Chart, error) {
	c, err := load(ctx, ref, version)
	if err != nil {
		return Chart{}, fmt.Errorf("load the chart %s: %s", ref, oneLine(err))
	}
	return c, nil
}

func load(ctx context.Context, ref, version string) (Chart, error) {
	if info, err := os.Stat(ref); err == nil {
		if !info.IsDir() && info.Size() > maxFetched {
			return Chart{}, fmt.Errorf("it has %d bytes, and a chart's archive has at most %d", info.Size(), maxFetched)
		}
		loaded, err := loader.Load(ref)
		if err != nil {
			return Chart{}, err
		}
		return Chart{loaded}, loaded.Validate()
	}
	ctx, cancel := context.WithTimeout(ctx, fetchBound)
	defer cancel()
	switch {
	case strings.HasPrefix(ref, "oci://"):
		return Chart{}, errors.New("an OCI registry is not spoken to here: fetch it with `helm pull`, and give the archive")
	case isAddress(ref) && strings.HasSuffix(ref, ".tgz"):
		return archive(ctx, ref)
	case isAddress(ref):
		at := strings.LastIndex(strings.TrimSuffix(ref, "/"), "/")
		return fromRepository(ctx, ref[:at], strings.TrimSuffix(ref[at+1:], "/"), version)
	}
	name, chart, found := strings.Cut(ref, "/")
	if !found || strings.HasPrefix(ref, ".") || filepath.IsAbs(ref) {
		return Chart{}, errors.New("there is no such folder or archive, and it is no REPOSITORY/CHART")
	}
	address, err := repository(name)
	if err != nil {
		return Chart{}, err
	}
	return fromRepository(ctx, address, chart, version)
}

func isAddress(ref string) bool {
	return strings.HasPrefix(ref, "https://") || strings.HasPrefix(ref, "http://")
}

// repository returns the address of a repository that the user's Helm knows.
func repository(name string) (string, error) {
	file := os.Getenv("HELM_REPOSITORY_CONFIG")
	if file == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return "", err
		}
		file = filepath.Join(dir, "helm", "repositories.yaml")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("there is no such folder or archive, and Helm knows no repository %s: %w", name, err)
	}
	var known struct {
		Repositories []struct{ Name, URL string } `json:"repositories"`
	}
	if err := yaml.Unmarshal(text, &known); err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	for _, r := range known.Repositories {
		if r.Name == name {
			return r.URL, nil
		}
	}
	return "", fmt.Errorf("there is no such folder or archive, and Helm knows no repository %s (helm repo add)", name)
}

func fromRepository(ctx context.Context, address, name, version string) (Chart, error) {
	text, err := fetch(ctx, strings.TrimSuffix(address, "/")+"/index.yaml")
	if err != nil {
		return Chart{}, err
	}
	var index struct {
		Entries map[string][]struct {
			Version string   `json:"version"`
			URLs    []string `json:"urls"`
		} `json:"entries"`
	}
	if err := yaml.Unmarshal(text, &index); err != nil {
		return Chart{}, fmt.Errorf("read the index of %s: %w", address, err)
	}
	var newest *semver.Version
	found := ""
	for _, entry := range index.Entries[name] {
		v, err := semver.NewVersion(entry.Version)
		if err != nil || len(entry.URLs) == 0 {
			continue
		}
		switch {
		case version != "" && strings.TrimPrefix(entry.Version, "v") != strings.TrimPrefix(version, "v"):
		case version == "" && (v.Prerelease() != "" || newest != nil && !v.GreaterThan(newest)):
		default:
			newest, found = v, entry.URLs[0]
		}
	}
	if found == "" {
		return Chart{}, fmt.Errorf("the repository %s has no chart %s %s", address, name, version)
	}
	base, err := url.Parse(strings.TrimSuffix(address, "/") + "/")
	if err != nil {
		return Chart{}, err
	}
	at, err := base.Parse(found)
	if err != nil {
		return Chart{}, err
	}
	return archive(ctx, at.String())
}

func archive(ctx context.Context, address string) (Chart, error) {
	text, err := fetch(ctx, address)
	if err != nil {
		return Chart{}, err
	}
	loaded, err := loader.LoadArchive(bytes.NewReader(text))
	if err != nil {
		return Chart{}, fmt.Errorf("%s: %w", address, err)
	}
	return Chart{loaded}, loaded.Validate()
}

func fetch(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch %s: %s", address, response.Status)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxFetched+1))
	if err == nil && len(text) > maxFetched {
		err = fmt.Errorf("fetch %s: it has more than %d bytes", address, maxFetched)
	}
	return text, err
}
