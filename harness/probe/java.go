package probe

import "milvus-tls-e2e/harness"

// The Java SDK does not report a server certificate that it does not accept, and reports nothing
// before its time limit (seen of 2.6.22).
var _ = declareForeign(foreign{
	ClientSpec: harness.ClientSpec{
		Client: harness.Java, Place: 7, Releases: []harness.Release{"2.6"},
		Lacks:   "the Java SDK is not installed here",
		Configs: []harness.ClientConfig{harness.ConfigNoName, harness.ConfigBothFiles, harness.ConfigCAAlone, harness.ConfigSecond},
	},
	launch: java,
	silent: []harness.Release{everyRelease},
})

// java gets a small heap and the quick compiler alone, since it makes short attempts while
// servers boot on the same cores. The archive of its classes requires the classpath it was made
// with, relative to the folder.
func java(dir string) Launch {
	return Launch{
		Args: []string{"java", "-Xshare:auto", "-XX:SharedArchiveFile=classes.jsa", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m",
			"-Djava.net.preferIPv4Stack=true", "-cp", "worker.jar:lib/*", "JavaWorker", "unknown"},
		Dir: dir,
	}
}
