package probe

import "milvus-tls-e2e/harness"

// Java says nothing of a server's certificate that it does not accept, and nothing before
// its time limit (seen of 2.6.22).
var _ = declareForeign(foreign{
	ClientSpec: harness.ClientSpec{
		Client: harness.Java, Place: 7, Releases: []harness.Release{"2.6"},
		Lacks:   "the Java SDK is not installed here",
		Configs: []harness.ClientConfig{harness.ConfigNoName, harness.ConfigBothFiles, harness.ConfigCAAlone, harness.ConfigSecond},
	},
	launch: java,
	silent: []harness.Release{everyRelease},
})

// java is given a small heap and the quick compiler alone: it makes short
// attempts beside servers that boot on the same cores. The archive of its classes is for
// a classpath that reads as it did when that was made: from within the folder.
func java(dir string) Launch {
	return Launch{
		Args: []string{"java", "-Xshare:auto", "-XX:SharedArchiveFile=classes.jsa", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m",
			"-Djava.net.preferIPv4Stack=true", "-cp", "worker.jar:lib/*", "JavaWorker", "unknown"},
		Dir: dir,
	}
}
