//go:build !e2e

package suites

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/index"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/probe"
)

// A clientFault is what a client in another language does wrong. The zero value
// is an honest client: what it is given it uses, and what it says is so.
type clientFault string

const (
	sendsNoCertificate clientFault = "sends-no-certificate" // of the client's files it uses the CA alone
	verifiesNothing    clientFault = "verifies-nothing"     // it takes any server for the right one
	plainWithoutFiles  clientFault = "plain-without-files"  // without a certificate of its own it speaks plaintext
	sharesConnections  clientFault = "shares-connections"   // by address, whoever the client is
	makesItUp          clientFault = "makes-it-up"          // it says that it was served, and asks nobody
)

// workerFault tells this binary to be such a client instead of a test.
const workerFault = "FAKE_WORKER"

// workers are stand-ins for the clients in other languages, which a machine
// that proves the harness need not have: this binary, speaking their protocol.
func workers(fault clientFault) *probe.Workers {
	launches := map[harness.ClientVersion]probe.Launch{}
	for _, sdk := range harness.SDKs() {
		launches[sdk] = probe.Launch{Args: []string{os.Args[0]}, Dir: os.TempDir(), Env: []string{workerFault + "=honest" + string(fault)}}
	}
	return probe.NewWorkers(os.TempDir(), launches)
}

// fakeRequest is one attempt, by the names of the workers' protocol.
type fakeRequest struct {
	ID, Release                     int64
	Host, Name, CA, Cert, Key       string
	User, Password, Ask, Collection string
	Port                            int
	TLS, Hold, Ping                 bool
	Seconds                         float64
}

// fakeClient is the process of one client.
type fakeClient struct {
	fault  clientFault
	mu     sync.Mutex
	shared map[string]*grpc.ClientConn // by address
}

// fakeWorker is this binary's main as a client.
func fakeWorker(fault clientFault) int {
	f := &fakeClient{fault: fault, shared: map[string]*grpc.ClientConn{}}
	fmt.Println(`{"ready":"fake"}`)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var r fakeRequest
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return 1
		}
		switch {
		case r.Ping:
			f.say(map[string]any{"id": r.ID})
		case r.Release == 0:
			go f.answer(r)
		}
	}
	return 0
}

// answer says what became of an attempt, and ends its connection then, as every
// worker does: one that ends first and says nothing for a while is taken for a
// client that goes on trying.
func (f *fakeClient) answer(r fakeRequest) {
	told := map[string]any{"id": r.ID, "served": true}
	conn, err := f.attempt(r)
	if conn != nil {
		defer conn.Close()
	}
	if err != nil {
		code := map[codes.Code]string{codes.Unauthenticated: "UNAUTHENTICATED", codes.Unavailable: "UNAVAILABLE",
			codes.DeadlineExceeded: "DEADLINE_EXCEEDED"}[status.Code(err)]
		told = map[string]any{"id": r.ID, "code": code, "message": pythonic(err), "step": "connect", "kind": "error"}
	}
	f.say(told)
}

// say writes one line.
func (f *fakeClient) say(told map[string]any) {
	line, err := json.Marshal(told)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Println(string(line))
}

// pythonic returns an error with the words that SDKs have for what Go calls
// otherwise.
func pythonic(err error) string {
	text := err.Error()
	if strings.Contains(text, "x509: certificate is valid for") {
		return "Peer name is not in peer certificate: Hostname/IP does not match certificate: " + text
	}
	if strings.Contains(text, "unknown authority") {
		return "CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate: " + text // Python's words, and Node's
	}
	return text
}

// attempt makes an attempt, and gives the connection that is to be ended after
// it; nil for none, or one that is kept.
func (f *fakeClient) attempt(r fakeRequest) (ends *grpc.ClientConn, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.Seconds*float64(time.Second)))
	defer cancel()
	if f.fault == makesItUp {
		return nil, nil
	}
	creds, err := f.credentials(r)
	if err != nil {
		return nil, err
	}
	if r.Ask == string(harness.RequestData) {
		return nil, f.data(ctx, r, creds)
	}
	conn, err := f.connect(r, creds)
	if err != nil {
		return nil, err
	}
	if !r.Hold && f.fault != sharesConnections {
		ends = conn
	}
	if r.User != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", base64.StdEncoding.EncodeToString([]byte(r.User+":"+r.Password)))
	}
	answer, err := milvuspb.NewMilvusServiceClient(conn).ShowCollections(ctx, &milvuspb.ShowCollectionsRequest{})
	if err == nil && answer.GetStatus().GetReason() != "" {
		return ends, errors.New(answer.GetStatus().GetReason())
	}
	return ends, err
}

func (f *fakeClient) connect(r fakeRequest, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	addr := net.JoinHostPort(r.Host, strconv.Itoa(r.Port))
	f.mu.Lock()
	defer f.mu.Unlock()
	if conn := f.shared[addr]; conn != nil && f.fault == sharesConnections {
		return conn, nil
	}
	conn, err := grpc.NewClient(addr, dials(creds)...)
	if err == nil {
		f.shared[addr] = conn
	}
	return conn, err
}

// dials are how a client dials. gRPC would ask for its service's configuration in the DNS,
// and wait five seconds on a machine that has none.
func dials(creds credentials.TransportCredentials) []grpc.DialOption {
	return []grpc.DialOption{grpc.WithTransportCredentials(creds), grpc.WithNoProxy(), grpc.WithDisableServiceConfig()}
}

func (f *fakeClient) credentials(r fakeRequest) (credentials.TransportCredentials, error) {
	if !r.TLS || f.fault == plainWithoutFiles && r.Cert == "" {
		return insecure.NewCredentials(), nil
	}
	trusted := x509.NewCertPool()
	text, err := os.ReadFile(r.CA)
	if err != nil {
		return nil, err
	}
	trusted.AppendCertsFromPEM(text)
	config := &tls.Config{RootCAs: trusted, ServerName: r.Name, InsecureSkipVerify: f.fault == verifiesNothing}
	if r.Cert != "" && f.fault != sendsNoCertificate {
		cert, err := tls.LoadX509KeyPair(r.Cert, r.Key)
		if err != nil {
			return nil, err
		}
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	return credentials.NewTLS(config), nil
}

// data goes the whole data path with Go's SDK.
func (f *fakeClient) data(ctx context.Context, r fakeRequest, creds credentials.TransportCredentials) error {
	c, err := milvusclient.New(ctx, &milvusclient.ClientConfig{
		Address: net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), Username: r.User, Password: r.Password,
		DialOptions: dials(creds),
	})
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	schema := entity.NewSchema().WithName(r.Collection).
		WithField(entity.NewField().WithName("id").WithDataType(entity.FieldTypeInt64).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName("vector").WithDataType(entity.FieldTypeFloatVector).WithDim(2))
	if err := c.CreateCollection(ctx, milvusclient.NewCreateCollectionOption(r.Collection, schema)); err != nil {
		return err
	}
	vectors := [][]float32{{1, 2}, {3, 4}}
	if _, err := c.Insert(ctx, milvusclient.NewColumnBasedInsertOption(r.Collection).
		WithInt64Column("id", []int64{1, 2}).WithFloatVectorColumn("vector", 2, vectors)); err != nil {
		return err
	}
	if _, err := c.CreateIndex(ctx, milvusclient.NewCreateIndexOption(r.Collection, "vector", index.NewFlatIndex(entity.L2))); err != nil {
		return err
	}
	loading, err := c.LoadCollection(ctx, milvusclient.NewLoadCollectionOption(r.Collection))
	if err == nil {
		err = loading.Await(ctx)
	}
	if err != nil {
		return err
	}
	found, err := c.Search(ctx, milvusclient.NewSearchOption(r.Collection, 1, []entity.Vector{entity.FloatVector(vectors[1])}))
	if err == nil && (len(found) != 1 || found[0].ResultCount != 1) {
		err = errors.New("inserted a row and did not find it")
	}
	return errors.Join(err, c.DropCollection(ctx, milvusclient.NewDropCollectionOption(r.Collection)))
}

// faultOf reads what the environment tells this binary to be; it reports false
// where it is to be a test.
func faultOf(env string) (clientFault, bool) {
	fault, is := strings.CutPrefix(env, "honest")
	return clientFault(fault), is && slices.Contains([]clientFault{"", sendsNoCertificate, verifiesNothing, plainWithoutFiles, sharesConnections, makesItUp}, clientFault(fault))
}
