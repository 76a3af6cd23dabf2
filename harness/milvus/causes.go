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

// A rank orders what a log says: a cause before what came of it.
type rank int

const (
	expired     rank = iota // what ends a server whatever else it says
	named                   // it names the file or the setting
	summed                  // a component's own report of why it did not start
	certificate             // an error about certificates in words that are listed nowhere
	stated                  // a panic that says why
	untrusted               // a connection of its own, and what is wrong with the certificate
	unspoken                // a connection of its own, and what is wrong with its TLS
	severe                  // what a logger calls fatal
	broken                  // a crash: it says where, and not why
	starved                 // what may end a server, and may not
)

// A pattern is one thing that servers say of why they do not run.
type pattern struct {
	rank    rank
	answers question
	kind    kind
	level   level          // the quietest that counts
	message string         // the message holds this; any where it is empty
	why     *regexp.Regexp // the error, or else the message, holds this; anything where it is nil
	seen    string         // the releases on which it was seen
}

// TLS connections that a server makes itself. What it says of clients that it
// turns away (turnedAway) holds the same words.
var (
	x509       = regexp.MustCompile(`x509: |SSL peer certificate`)
	tlsTrouble = regexp.MustCompile(`tls: |HTTP request to an HTTPS server|error reading server preface|closed before server preface`)
	turnedAway = regexp.MustCompile(`(?i)ServerHandshake\(|TLS handshake error from|failed to complete security handshake|error closing .*conn`)
)

var (
	aboutEtcd   = regexp.MustCompile(`load etcd (cert key pair|CACert file) error`)
	aboutCerts  = regexp.MustCompile(`(?i)creds|\.pem|certificate|ca to cert|private key|x509: |tls: `)
	missingFile = regexp.MustCompile(`^/.*: No such file or directory$`)

	// engineless is what a server says of a search that was built without what
	// searches.
	engineless = regexp.MustCompile(`(?i)(built|compiled|linked) without (its |the |a )?vector engine|no vector engine`)

	// consequence is what is said of a start once something else has ended it: on
	// 2.6.20 a last panic. It explains nothing.
	consequence = regexp.MustCompile(`^(panic: )?([a-z]+ component failed: |failed to create etcd client: )?context (canceled|deadline exceeded)$`)
)

// causes are all that is known of what servers say, each with where it was seen.
// The words are the same from release to release; what differs is whether a
// release says them, how loud, and what it says after them.
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
