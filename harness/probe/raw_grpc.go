package probe

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

const (
	showCollections = "/milvus.proto.milvus.MilvusService/ShowCollections"
	getVersion      = "/milvus.proto.milvus.MilvusService/GetVersion"
)

// rawGRPC makes one call in hand-made HTTP/2 frames: ShowCollections, which is
// for data, or GetVersion where the attempt asks for that, or for anything: a
// component that serves no client answers that it has no such call, and that is
// an application's answer.
func rawGRPC(conn net.Conn, t Target, r *record) error {
	method, message, observe := showCollections, proto.Message(&milvuspb.ShowCollectionsRequest{}), (*reply).observeStatus
	if t.Attempt.Request == harness.RequestVersion || t.Attempt.Request == harness.RequestAnything {
		method, message, observe = getVersion, &milvuspb.GetVersionRequest{}, (*reply).observeVersion
	}
	request, err := callFrames(t, method, message)
	if err != nil {
		return err
	}
	write(conn, request)
	in, err := reader(conn, t.Attempt.Transport == harness.TransportPlain)
	if err != nil {
		return err
	}
	reply, err := readReply(in)
	if err != nil {
		return err
	}
	r.update(func(o *connection.Observation) {
		r.product = reply.server
		reply.observe(o, observe)
		if t.Attempt.Request == harness.RequestAnything && reply.status != "" {
			o.Answer = connection.AnswerData
		}
	})
	return nil
}

func callFrames(t Target, method string, message proto.Message) ([]byte, error) {
	body, err := proto.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("marshal request: %w", err)
	}
	fields := [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", method}, {":authority", t.Attempt.Name},
		{"content-type", "application/grpc"}, {"te", "trailers"}, {"user-agent", "milvus-tls-e2e"},
	}
	if t.Users.User != "" {
		login := base64.StdEncoding.EncodeToString([]byte(t.Users.User + ":" + t.Users.Password))
		fields = append(fields, [2]string{"authorization", login})
	}
	return requestFrames(fields, append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body))), body...))
}

// requestFrames returns the bytes of a whole HTTP/2 request: the preface, our settings, the
// header fields and the body.
func requestFrames(fields [][2]string, body []byte) ([]byte, error) {
	var headers, out bytes.Buffer
	encoder := hpack.NewEncoder(&headers)
	for _, f := range fields {
		if err := encoder.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}); err != nil {
			return nil, err
		}
	}
	out.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&out, nil)
	err := errors.Join(
		// A window wide enough that no answer waits for us to open it.
		framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: maxAnswer}),
		framer.WriteWindowUpdate(0, maxAnswer),
		framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: headers.Bytes(), EndHeaders: true}),
		framer.WriteData(1, true, body),
	)
	return out.Bytes(), err
}

type reply struct {
	http, content string
	hsts          string // Strict-Transport-Security
	server        string // the product, by the server header
	status        string // grpc-status
	message       string // grpc-message
	body          bytes.Buffer
}

func readReply(in io.Reader) (*reply, error) {
	framer := http2.NewFramer(io.Discard, in)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	framer.SetMaxReadFrameSize(1 << 20)
	answer := &reply{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return nil, err
		}
		switch f := frame.(type) {
		case *http2.MetaHeadersFrame:
			for _, h := range f.Fields {
				answer.header(h)
			}
			if f.StreamEnded() {
				return answer, nil
			}
		case *http2.DataFrame:
			answer.body.Write(f.Data())
			if f.StreamEnded() {
				return answer, nil
			}
		case *http2.RSTStreamFrame:
			return nil, fmt.Errorf("the server reset the call: %s", f.ErrCode)
		case *http2.GoAwayFrame:
			return nil, fmt.Errorf("the server went away: %s", f.ErrCode)
		}
	}
}

func (a *reply) header(h hpack.HeaderField) {
	switch h.Name {
	case ":status":
		a.http = h.Value
	case "content-type":
		a.content = h.Value
	case "strict-transport-security":
		a.hsts = h.Value
	case "server":
		a.server = h.Value
	case "grpc-status":
		a.status = h.Value
	case "grpc-message":
		a.message = h.Value
	}
}

// observe reads the reply as gRPC and Milvus mean it; success reads the message.
func (a *reply) observe(o *connection.Observation, success func(*reply, *connection.Observation)) {
	code, err := strconv.Atoi(a.status)
	if err != nil {
		o.Status, _ = strconv.Atoi(a.http)
		o.Answer, o.Detail = connection.AnswerNoService, harness.Short("no gRPC reply: HTTP "+a.http+" "+a.content)
		return
	}
	o.Status, o.Detail = code, harness.Short(a.message)
	switch codes.Code(code) {
	case codes.OK:
		success(a, o)
	case codes.Unauthenticated:
		o.Answer = connection.AnswerNoLogin
	case codes.Unimplemented:
		o.Answer = connection.AnswerNoService
	case codes.Unavailable:
		o.Answer = connection.AnswerNotReady
	default:
		o.Answer = connection.AnswerError
		if noLogin(a.message) {
			o.Answer = connection.AnswerNoLogin
		}
	}
}

// noLogin recognises 2.2.16's error for a missing or wrong login, whose gRPC status is Unknown.
func noLogin(text string) bool { return strings.Contains(text, "auth check failure") }

func (a *reply) observeStatus(o *connection.Observation) {
	var answer milvuspb.ShowCollectionsResponse
	if a.body.Len() < 5 || proto.Unmarshal(a.body.Bytes()[5:], &answer) != nil {
		o.Answer, o.Detail = connection.AnswerError, "the reply is no ShowCollections answer"
		return
	}
	o.Answer, o.Detail = milvusAnswer(answer.GetStatus())
}

// observeVersion reads what the server calls itself, which becomes the detail.
func (a *reply) observeVersion(o *connection.Observation) {
	var answer milvuspb.GetVersionResponse
	if a.body.Len() < 5 || proto.Unmarshal(a.body.Bytes()[5:], &answer) != nil {
		o.Answer, o.Detail = connection.AnswerError, "the reply is no GetVersion answer"
		return
	}
	if o.Answer, o.Detail = milvusAnswer(answer.GetStatus()); o.Answer == connection.AnswerData {
		o.Detail = harness.Short(answer.GetVersion())
	}
}

// milvusAnswer reads the status that every Milvus answer carries. The field
// ErrorCode is the one that all releases fill.
func milvusAnswer(s *commonpb.Status) (connection.Answer, string) {
	code, reason := s.GetErrorCode(), harness.Short(s.GetReason()) //nolint:staticcheck // deprecated, and the only one that 2.2 fills
	switch {
	case code == commonpb.ErrorCode_Success && s.GetCode() == 0:
		return connection.AnswerData, ""
	case notReady(reason):
		return connection.AnswerNotReady, reason
	}
	return connection.AnswerError, reason
}
