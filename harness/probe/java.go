package probe

import "path/filepath"

// java is given a small heap and the quick compiler alone: it makes short
// attempts beside servers that boot on the same cores.
func java(dir string) Launch {
	return Launch{
		Args: []string{"java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m",
			"-Djava.net.preferIPv4Stack=true", "-cp", dir + ":" + filepath.Join(dir, "lib", "*"), "JavaWorker", "unknown"},
		Dir: dir,
	}
}
