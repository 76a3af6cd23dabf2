package probe

import (
	"time"

	"milvus-tls-e2e/harness"
)

// A foreign client is an SDK in another language. It is driven by a worker, a program in that
// language that scripts/clients.sh installs according to fixtures/clients/NAME.sh.
type foreign struct {
	harness.ClientSpec
	launch func(dir string) Launch // given the folder of an installation

	// Its errors about a server certificate that it does not accept, in lower case.
	wrongName, untrusted []string
	// Silent are the releases that do not report the end of a connection before their time
	// limit.
	silent []harness.Release
}

var foreigners = map[harness.Client]foreign{}

func declareForeign(f foreign) harness.Client { //nolint:unparam // a declaration stands at package level
	foreigners[f.Client] = f
	return harness.RegisterClient(f.ClientSpec)
}

// Installed returns how to launch the clients that scripts/clients.sh has installed, given the
// folder of each installation by name.
func Installed(folders map[string]string) map[harness.ClientVersion]Launch {
	all := map[harness.ClientVersion]Launch{}
	for _, sdk := range harness.SDKs() {
		if dir, here := folders[string(sdk.Installed())]; here {
			all[sdk] = foreigners[sdk.Client].launch(dir)
		}
	}
	return all
}

// grace is how long a client may take to report why its connection ended. Most report it at once
// (seen of pymilvus 2.6.17 and 3.0.2 and the Node SDK 2.4.9 and 3.0.6).
func grace(s harness.ClientVersion) time.Duration {
	for _, silent := range foreigners[s.Client].silent {
		if s.Release == silent || silent == everyRelease {
			return 100 * time.Millisecond
		}
	}
	return 30 * time.Second
}

const everyRelease harness.Release = "*"
