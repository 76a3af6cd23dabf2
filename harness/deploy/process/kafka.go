package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

// kafkaIdentity is what a Kafka finds in its folder instead of a step that formats it.
const kafkaIdentity = "cluster.id=bWlsdnVzLXRscy1lMmUtMQ\nversion=1\nnode.id=1\n"

// kafka starts a broker and controller in one process. Its data are not kept after the run.
func (s *stores) kafka(which deploy.Backend, dir, at, controller string) (*server, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, fmt.Errorf("find java: %w", err)
	}
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	settings := kafkaSettings(data, at, controller)
	if which == deploy.KafkaTLS {
		secured, err := kafkaTLS(dir, s.certs.Server())
		if err != nil {
			return nil, err
		}
		settings = append(settings, secured...)
	}
	for name, text := range map[string]string{"server.properties": strings.Join(settings, "\n") + "\n", "data/meta.properties": kafkaIdentity} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return began(s.provider.kind, dir, dir+".log", baseEnvironment(dir), java,
		"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", // which start within seconds on a busy machine
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", filepath.Join(s.jars, "*"), "kafka.Kafka", filepath.Join(dir, "server.properties"))
}

func kafkaSettings(data, at, controller string) []string {
	return []string{
		"process.roles=broker,controller", "node.id=1",
		"controller.quorum.voters=1@" + controller, "controller.listener.names=CONTROLLER",
		"listeners=CLIENTS://" + at + ",CONTROLLER://" + controller, "advertised.listeners=CLIENTS://" + at, "inter.broker.listener.name=CLIENTS",
		"listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT",
		"log.dirs=" + data,
		"offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1",
		"transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
		"group.initial.rebalance.delay.ms=0",
	}
}

// kafkaTLS has clients come in by TLS. Of a setting that is there twice, the last counts.
func kafkaTLS(dir string, cert pki.Cert) ([]string, error) {
	certFile, keyFile, err := cert.Write(dir, "kafka")
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	chain, err := os.ReadFile(certFile)
	if err != nil {
		return nil, err
	}
	store := filepath.Join(dir, "keystore.pem")
	if err := os.WriteFile(store, append(key, chain...), 0o600); err != nil {
		return nil, err
	}
	return []string{
		"listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:SSL",
		"ssl.keystore.type=PEM", "ssl.keystore.location=" + store,
		"ssl.truststore.type=PEM", "ssl.truststore.location=" + certFile,
	}, nil
}
