package milvus

import "regexp"

// A question is what a server's log is asked.
type question int

const (
	whyEnded    question = 1 << iota // why a start ended
	whyStuck                         // what keeps a server from getting ready that goes on trying
	whyApart                         // what keeps its components apart, over TLS between them
	whyStopped                       // why a server ended that had run
	whyNoData                        // why nothing can be searched
	whyEnding                        // why a server that may still run is about to end
	whyStarved                       // what kept its session in etcd from being renewed in time
	whyNotReady = whyStuck | whyApart
)

// A rank orders log lines: causes before their consequences.
type rank int

const (
	expired     rank = iota // always ends a server
	named                   // it names the file or the setting
	summed                  // a component's own report of why it did not start
	certificate             // an unlisted error about certificates
	stated                  // a panic with a reason
	untrusted               // a connection of its own, and what is wrong with the certificate
	unspoken                // a connection of its own, and what is wrong with its TLS
	severe                  // what a logger calls fatal
	broken                  // a crash: a place and no reason
	starved                 // what may end a server, and may not
)

// A pattern is one known log message about why a server does not run.
type pattern struct {
	rank    rank
	answers question
	kind    kind
	level   level          // the quietest that counts
	message string         // the message holds this; any where it is empty
	why     *regexp.Regexp // the error, or else the message, holds this; anything where it is nil
	seen    string         // the releases on which it was seen
}

// TLS connections that a server makes itself. The messages about clients that it refuses
// (turnedAway) contain the same text.
var (
	x509       = regexp.MustCompile(`x509: |SSL peer certificate`)
	tlsTrouble = regexp.MustCompile(`tls: |HTTP request to an HTTPS server|error reading server preface|closed before server preface`)
	turnedAway = regexp.MustCompile(`(?i)ServerHandshake\(|TLS handshake error from|failed to complete security handshake|error closing .*conn`)
)

var (
	aboutEtcd   = regexp.MustCompile(`load etcd (cert key pair|CACert file) error`)
	aboutCerts  = regexp.MustCompile(`(?i)creds|\.pem|certificate|ca to cert|private key|x509: |tls: `)
	missingFile = regexp.MustCompile(`^/.*: No such file or directory$`)

	// engineless matches the error of a search by a server that was built without a vector
	// engine.
	engineless = regexp.MustCompile(`(?i)(built|compiled|linked) without (its |the |a )?vector engine|no vector engine`)

	// consequence matches errors that follow when something else has ended a start, as the last
	// panic on 2.6.20 does. It explains nothing.
	consequence = regexp.MustCompile(`^(panic: )?([a-z]+ component failed: |failed to create etcd client: )?context (canceled|deadline exceeded)$`)
)

// causes are all known messages, each with the release it was seen on. The text is the same
// across releases; what differs is whether a release logs it, at which level, and what follows.
var causes = []pattern{
	{expired, whyStopped | whyEnding | whyStarved, logged, grave, "the session is expired without activing closing", nil, "2.6.20"},
	{expired, whyStopped | whyEnding | whyStarved, logged, grave, "disconnected from etcd, process will exit", nil, "2.2.16 2.3.5"},
	{expired, whyEnding | whyStarved, logged, grave, "disconnected from etcd and exited", nil, "2.3.5"},

	{named, whyEnded | whyNotReady, logged, warn, "can't create creds", nil, "2.2.16 2.3.5 2.5.8 2.6.3 2.6.20 3.0.0"},
	{named, whyEnded, logged, warn, "proxy cant load x509 key pair", nil, "2.2.16 2.3.5 2.6.20 3.0.0"},
	{named, whyEnded, logged, warn, "failed read ca pem", nil, "2.2.16 2.3.5 2.6.20 3.0.0"},
	{named, whyEnded, logged, warn, "fail to append ca to cert", nil, "2.3.5 2.6.20 3.0.0"},
	{named, whyEnded, logged, warn, "can not initialize http listener", nil, "2.6.20 3.0.0"},
	{named, whyEnded, logged, warn, "Failed to create internal TLS credentials", nil, "2.6.20 3.0.0"},
	{named, whyEnded, logged, quiet, "init with etcd failed", aboutEtcd, "2.2.16 2.3.5 2.6.20 3.0.0"},
	{named, whyEnded, plain, unlevelled, "", missingFile, "2.3.5"}, // glog.conf, over which it then crashes

	{summed, whyEnded, logged, warn, "starts error", nil, "2.2.16 2.3.5"},
	{summed, whyEnded, logged, warn, "component is not ready before closing", nil, "2.6.20 3.0.0"},
	{summed, whyEnded, logged, warn, "Failed to wait for all components ready", nil, "2.6.20 3.0.0"},

	{certificate, whyEnded, logged, grave, "", aboutCerts, ""},
	{stated, whyEnded | whyStopped, panicked, unlevelled, "", nil, "2.2.16 2.3.5 2.5.8 2.6.3 2.6.20 3.0.0"},

	{untrusted, whyEnded | whyNotReady, logged, quiet, "", x509, "2.2.16 2.3.5 2.5.8 2.6.3 2.6.20 3.0.0"},
	{unspoken, whyEnded | whyStuck, logged, quiet, "", tlsTrouble, "2.2.16 2.3.5 2.6.20 3.0.0"},

	{named, whyNoData, logged, warn, "", engineless, ""},

	{severe, whyEnded | whyStopped, logged, fatal, "", nil, ""},
	{broken, whyEnded | whyStopped, crashed, unlevelled, "", nil, "2.2.16"},
	{starved, whyStopped, logged, warn, "", regexp.MustCompile(`etcdserver: request timed out`), "3.0.0"},
	{starved, whyStopped | whyEnding, logged, warn, "Get signal to exit", nil, "2.2.16 2.3.5 2.6.20"},
}
