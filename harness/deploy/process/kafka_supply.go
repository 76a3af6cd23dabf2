package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const mavenCopy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

// mavenBound is how long Maven may take; alone it takes 20 s.
const mavenBound = 10 * time.Minute

// Kafka returns the folder with Kafka's jars, as listed in the pom at source and checked against
// the hashes next to it. A jar that differs, is missing or was not pinned is an error.
func (c Cache) Kafka(ctx context.Context, source string) (string, error) {
	pom := filepath.Join(source, "pom.xml")
	pinned, err := os.ReadFile(filepath.Join(source, "jars.sha256"))
	if err != nil {
		return "", fmt.Errorf("find Kafka's pins: %w (run from the project's folder)", err)
	}
	name, err := pins(source, "pom.xml", "jars.sha256")
	if err != nil {
		return "", fmt.Errorf("find Kafka's pins: %w", err)
	}
	return c.fill(filepath.Join("kafka", name), func(dir string) error {
		if err := c.maven(ctx, pom, dir); err != nil {
			return err
		}
		return checkJars(dir, pinned)
	})
}

func (c Cache) maven(ctx context.Context, pom, dir string) error {
	c.say("kafka: downloading its pinned jars with Maven")
	ctx, cancel := context.WithTimeout(ctx, mavenBound)
	defer cancel()
	cmd := exec.CommandContext(ctx, "mvn", "--batch-mode", "--strict-checksums", "--quiet", "-f", pom, mavenCopy,
		"-DincludeScope=runtime", "-DoutputDirectory="+dir)
	var said tail
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, waitDelay
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("download Kafka: Maven failed: %s", said.last(err))
	}
	return nil
}

// checkJars holds the jars in a folder against the lines "SHA-256  name".
func checkJars(dir string, pinned []byte) error {
	wanted := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(pinned)); lines.Scan(); {
		digest, name, is := strings.Cut(lines.Text(), "  ")
		if !is || !filepath.IsLocal(name) {
			return fmt.Errorf("read jars.sha256: %q is no SHA-256 and a jar", lines.Text())
		}
		wanted[name] = digest
	}
	there, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err != nil {
		return err
	}
	for _, jar := range there {
		name := filepath.Base(jar)
		digest, err := Digest(jar)
		switch {
		case err != nil:
			return fmt.Errorf("read Kafka's jars: %w", err)
		case wanted[name] == "":
			return fmt.Errorf("refuse Kafka: %s is pinned nowhere in jars.sha256", name)
		case digest != wanted[name]:
			return fmt.Errorf("refuse Kafka: the SHA-256 of %s is %s, and jars.sha256 pins %s: it was changed or cut short", name, digest, wanted[name])
		}
		delete(wanted, name)
	}
	for name := range wanted {
		return fmt.Errorf("refuse Kafka: %s is pinned and was not downloaded", name)
	}
	return nil
}

// NoKafka returns why Kafka cannot run here, or nil.
func NoKafka() error {
	for _, program := range []string{"java", "mvn"} {
		if _, err := exec.LookPath(program); err != nil {
			return errors.New("clusters of the release need Kafka, and " + program +
				" is not on PATH (Debian: apt-get install default-jdk-headless maven)")
		}
	}
	return nil
}
