package standin_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
)

func TestEachFaultIsTold(t *testing.T) {
	t.Parallel()
	for i, c := range slices.Concat(signs(), newerSigns(), componentSigns(), resilienceSigns()) {
		t.Run(fmt.Sprintf("%s-%d", c.fault, i), func(t *testing.T) {
			t.Parallel()
			if got := c.see(t, began(t, c.topology, c.change)); got != c.honest {
				t.Errorf("honest: %s, want %s", got, c.honest)
			}
			if got := c.seeFaulty(t, began(t, c.topology, c.change, c.fault)); got != c.faulty {
				t.Errorf("faulty: %s, want %s", got, c.faulty)
			}
		})
	}
}

// everyday is what each fault leaves alone, unless the fault is named beside it.
func everyday() map[string]struct {
	topology harness.Topology
	client
	want   string
	faulty []standin.Fault
} {
	type row = struct {
		topology harness.Topology
		client
		want   string
		faulty []standin.Fault
	}
	rows := map[string]row{}
	for _, port := range bothPorts {
		rows["mode 0 "+string(port)] = row{mode0, client{at: port, plain: true}, "served",
			[]standin.Fault{standin.TLSInMode0, standin.NeverAnswers}}
		mode1Faulty := []standin.Fault{standin.Mode1AsksForClientCertificate, standin.IgnoresTLSMode, standin.NeverAnswers}
		mode2Faulty := []standin.Fault{standin.IgnoresTLSMode, standin.RefusesEverybody, standin.NeverAnswers}
		refused := []standin.Fault{standin.IgnoresTLSMode, standin.RequestsButDoesNotRequire, standin.ClosesWithoutAlert, standin.NeverAnswers}
		strangers := []standin.Fault{standin.IgnoresTLSMode, standin.AcceptsAnyClientCertificate, standin.ClosesWithoutAlert, standin.NeverAnswers}
		switch port {
		case harness.HTTP:
			mode1Faulty = append(mode1Faulty, standin.RESTRefusesEverybody, standin.RESTInPlaintext)
			mode2Faulty = append(mode2Faulty, standin.RESTRefusesEverybody, standin.RESTInPlaintext)
			refused = append(refused, standin.RESTOpen, standin.RESTInPlaintext)
			strangers = append(strangers, standin.RESTOpen, standin.RESTInPlaintext)
		default:
			for _, faulty := range []*[]standin.Fault{&mode1Faulty, &mode2Faulty, &refused, &strangers} {
				*faulty = append(*faulty, standin.GRPCInPlaintext)
			}
		}
		if port == harness.HTTP {
			rows["mode 2 intermediate"] = row{mode2, client{at: port, as: "intermediate-sent"}, "served", mode2Faulty}
		} else {
			rows["mode 1 TLS 1.2"] = row{mode1, client{at: port, only: tls.VersionTLS12}, "served", mode1Faulty}
		}
		rows["mode 1 "+string(port)] = row{mode1, client{at: port}, "served", mode1Faulty}
		rows["mode 2 "+string(port)] = row{mode2, client{at: port, as: "good"}, "served", mode2Faulty}
		rows["mode 2 nobody "+string(port)] = row{mode2, client{at: port}, "refused", refused}
		rows["mode 2 foreign "+string(port)] = row{mode2, client{at: port, as: "foreign-ca-other-subject"}, "refused", strangers}
	}
	return rows
}

func TestEachFaultLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	for _, fault := range standin.Faults {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			servers := map[int]deploy.Deployment{}
			for name, row := range everyday() {
				if slices.Contains(row.faulty, fault) {
					continue
				}
				if servers[row.topology.Mode] == nil {
					servers[row.topology.Mode] = began(t, row.topology, harness.ConfigChange{}, fault)
				}
				got := row.check(t, servers[row.topology.Mode]).what
				if strings.HasPrefix(got, "alert ") {
					got = "refused"
				}
				if got != row.want {
					t.Errorf("%s: %s, want %s", name, got, row.want)
				}
			}
		})
	}
}

// A recorder keeps what was read through it.
type recorder struct {
	net.Conn
	read bytes.Buffer
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.read.Write(b[:n])
	return n, err
}

// TestOnlyRefusalsLoseTheirAlert sees a good client's connection end as TLS
// wants it, with an alert: in TLS 1.3 a record of encrypted data that holds
// nineteen bytes. crypto/tls itself does without, so it is looked for on the
// wire.
func TestOnlyRefusalsLoseTheirAlert(t *testing.T) {
	t.Parallel()
	d := began(t, mode2, harness.ConfigChange{}, standin.ClosesWithoutAlert)
	conn, err := net.Dial("tcp", d.Addr(harness.HTTP))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(bound))
	wire := &recorder{Conn: conn}
	secured := tls.Client(wire, client{at: harness.HTTP, as: harness.Good}.config(t))
	_, _ = io.WriteString(secured, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	if answer, err := io.ReadAll(secured); err != nil || len(answer) == 0 {
		t.Errorf("%q, %v", answer, err)
	}
	end := wire.read.Bytes()
	if len(end) < 24 || !bytes.Equal(end[len(end)-24:len(end)-19], []byte{0x17, 3, 3, 0, 19}) {
		t.Errorf("the connection ended without an alert: % x", end[max(0, len(end)-24):])
	}
}

// TestEveryFaultIsDescribedAndShown wants each fault of faults.go to have a comment of one
// line, and a test that tells it from an honest server.
func TestEveryFaultIsDescribedAndShown(t *testing.T) {
	t.Parallel()
	source, err := parser.ParseFile(token.NewFileSet(), "faults.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(source, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			declared++
			if spec.Doc == nil || len(spec.Doc.List) != 1 {
				t.Errorf("%s has no comment of one line", spec.Names[0])
			}
		}
		return true
	})
	if declared == 0 || declared != len(standin.Faults) {
		t.Errorf("faults.go declares %d, and there are %d", declared, len(standin.Faults))
	}
	told := map[standin.Fault]bool{}
	for _, c := range slices.Concat(signs(), newerSigns(), componentSigns(), resilienceSigns()) {
		told[c.fault] = true
	}
	for _, c := range takeovers() {
		told[c.fault] = true
	}
	for _, c := range turnings() {
		told[c.fault] = true
	}
	for _, c := range replacements() {
		told[c.fault] = true
	}
	for _, c := range hopSigns() {
		told[c.fault] = true
	}
	for _, fault := range standin.Faults {
		if !told[fault] {
			t.Errorf("%s is shown by no test", fault)
		}
	}
}
