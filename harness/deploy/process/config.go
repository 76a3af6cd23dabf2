package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"milvus-tls-e2e/harness/milvus"
)

// milvusEnvironment holds only paths and what no file can configure: the environment overrides
// milvus.yaml (seen on 2.3.5), so a setting here would hide what is tested.
func milvusEnvironment(dir, conf, lib string, s milvus.Setup) []string {
	mode := "STANDALONE"
	if s.Topology.Cluster {
		mode = "CLUSTER"
	}
	env := baseEnvironment(dir, "MILVUSCONF="+conf, "DEPLOY_MODE="+mode)
	if at := s.Port("management"); at != 0 {
		env = append(env, "METRICS_PORT="+strconv.Itoa(at))
	}
	if lib != "" {
		env = append(env, "LD_LIBRARY_PATH="+lib)
	}
	return env
}

// mergedOver are files that some releases merge over milvus.yaml (seen in the configuration code
// of 2.5.8 and 2.6.3): their settings would override those under test.
var mergedOver = map[string]bool{"_test.yaml": true, "default.yaml": true, "user.yaml": true}

// stock are the folders that a configuration starts from: whose milvus.yaml,
// and whose other files. Either may be empty.
type stock struct{ folder, settings string }

// writeConfigs lays out the folder that MILVUSCONF names: the stock files, and
// milvus.yaml made of the stock one and the setup.
func writeConfigs(dir string, from stock, s milvus.Setup) error {
	for _, d := range []string{dir, filepath.Join(s.Work, "logs")} { // glog.conf logs to logs/
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	base, err := stockConfig(from.settings)
	if err != nil {
		return err
	}
	if err := copyStock(dir, from.folder); err != nil {
		return err
	}
	text, err := milvus.Config(base, s)
	if err != nil {
		return err
	}
	return copyAll(filepath.Join(dir, "milvus.yaml"), 0o600, bytes.NewReader(text))
}

// stockConfig returns the text of a folder's milvus.yaml; none where there is no
// folder, or no such file in it.
func stockConfig(folder string) ([]byte, error) {
	if folder == "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(folder, "milvus.yaml"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read stock configuration: %w", err)
	}
	return text, nil
}

func copyStock(dir, from string) error {
	if from == "" {
		return nil
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("read stock configuration: %w", err)
	}
	for _, f := range files {
		// Links count as what they lead to: a mounted ConfigMap is full of them.
		info, err := os.Stat(filepath.Join(from, f.Name()))
		if err != nil {
			return fmt.Errorf("read stock configuration: %w", err)
		}
		if !info.Mode().IsRegular() || mergedOver[f.Name()] || f.Name() == "milvus.yaml" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return fmt.Errorf("read stock configuration: %w", err)
		}
		if err := copyAll(filepath.Join(dir, f.Name()), 0o600, bytes.NewReader(text)); err != nil {
			return err
		}
	}
	return nil
}

// present fails where a file that the configuration names was not made: the
// server would end over it, and would be judged by that end.
func present(s milvus.Setup) error {
	for _, f := range s.NamedFiles() {
		if _, err := os.Lstat(s.Files.Path(f)); err != nil {
			return fmt.Errorf("find a file that the configuration names: %w", err)
		}
	}
	return nil
}
