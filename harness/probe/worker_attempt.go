package probe

import (
	"context"
	"fmt"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

type workerAttempt struct {
	*Workers
	sdk    harness.ClientVersion
	worker *worker
	relay  *relay
	target Target
}

func (a workerAttempt) request() request {
	t := a.target
	name := t.Attempt.Name
	if t.Attempt.ClientConfig == harness.ConfigNoName {
		name = ""
	}
	return request{
		Host: harness.RightName, Port: a.relay.port(), TLS: t.Attempt.Transport == harness.TransportTLS, Name: name,
		CA: t.Files.CA, Cert: t.Files.Cert, Key: t.Files.Key, User: t.Users.User, Password: t.Users.Password,
		Form: string(t.Attempt.ClientConfig), Ask: string(t.Attempt.Request), Collection: t.Scratch, Seconds: t.Bound.Seconds(),
	}
}

// first connects the good client of FormSecond, and leaves it connected.
func (a workerAttempt) first(ctx context.Context) (int64, error) {
	good := a.request()
	good.Cert, good.Key, good.Hold = a.target.Good.Cert, a.target.Good.Key, true
	good.CA, good.Name = a.target.Good.CA, harness.RightName
	id, answer, err := a.send(good)
	if err != nil {
		return 0, err
	}
	r, err := a.await(ctx, id, answer, nil)
	switch {
	case err != nil:
		return 0, err
	case !r.Served:
		return 0, fmt.Errorf("the good client that was to be connected first was not served: %s", harness.Short(r.Message))
	}
	return id, nil
}

func (a workerAttempt) send(r request) (int64, <-chan workerReply, error) {
	id, answer, err := a.worker.ask(r)
	if err != nil {
		a.replace(a.sdk, a.worker)
	}
	return id, answer, err
}

// make runs the attempt and returns the client's reply, or one that reports the end of its
// connection.
func (a workerAttempt) make(ctx context.Context) (workerReply, error) {
	id, answer, err := a.send(a.request())
	if err != nil {
		return workerReply{}, err
	}
	over := a.relay.end()
	if a.target.Attempt.Request == harness.RequestData {
		over = nil
	}
	return a.await(ctx, id, answer, over)
}

// await waits for a reply. After its first connection has ended, a client redials, some until
// their time limit, and a second connection would see the same. So the client then gets a grace
// period to report the reason, and after that the worker is asked whether it is alive. A client
// that was served reports that before it closes its connection, so on a busy machine too its
// reply comes before that answer.
func (a workerAttempt) await(ctx context.Context, id int64, answer <-chan workerReply, over <-chan struct{}) (workerReply, error) {
	bound := time.NewTimer(hangs(a.target.Bound))
	defer bound.Stop()
	var patience <-chan time.Time
	var heard <-chan workerReply
	var err error
	for {
		select {
		case r := <-answer:
			if r.lost != nil {
				a.replace(a.sdk, a.worker)
			}
			r.open = a.relay.open()
			return r, r.lost
		case <-over:
			over = nil
			if first, own := a.relay.seen(); own && first.unanswered() {
				continue // it would wait no longer, and may be served over the next one
			}
			grace := time.NewTimer(grace(a.sdk))
			defer grace.Stop()
			patience = grace.C
		case <-patience:
			patience = nil
			if _, heard, err = a.send(request{Ping: true}); err != nil {
				return workerReply{}, err
			}
		case r := <-heard:
			if len(answer) > 0 || r.lost != nil {
				heard = nil
				continue
			}
			a.worker.forget(id)
			return workerReply{Kind: "silent", Message: "its connection ended, and it said nothing yet: it goes on trying"}, nil
		case <-ctx.Done():
			a.worker.forget(id)
			return workerReply{}, ctx.Err()
		case <-bound.C:
			a.worker.forget(id)
			a.replace(a.sdk, a.worker)
			return workerReply{}, fmt.Errorf("the client %s hangs: no answer after %s", a.sdk, hangs(a.target.Bound))
		}
	}
}

func (a workerAttempt) observe(seen *connection.Observation, said workerReply) error {
	if !said.Served {
		a.relay.drain()
	}
	passed, own := a.relay.seen()
	crossed := passed.said()
	seen.Local, seen.FirstProtocol, seen.SNI = passed.local(), passed.spoke(), crossed.SNI
	if own {
		seen.Transcripts = []connection.Transcript{crossed}
	}
	second := a.target.Attempt.ClientConfig == harness.ConfigSecond
	seen.ReusedConn = second && said.Served && !own
	seen.Detail = harness.Short(strings.TrimSpace(said.Message))
	seen.Connected = !said.Served && said.Step != "" && said.Step != "connect"
	switch {
	case said.Served && !own && !second:
		return fmt.Errorf("the client %s reports that it was served, but it made no connection", a.sdk)
	case said.Served:
		seen.Answer, seen.Detail = connection.AnswerData, ""
		return nil
	}
	if seen.Answer = said.answer(); seen.Answer != "" {
		return nil
	}
	seen.End = a.end(said, passed, own)
	return nil
}

// end classifies an attempt without an answer: by the client's own report first, then by what
// its relay saw.
func (a workerAttempt) end(said workerReply, passed relayed, own bool) connection.End {
	plain := a.target.Attempt.Transport == harness.TransportPlain
	switch why := foreigners[a.sdk.Client].certError(said.Message); {
	case why != "":
		return why
	case !own:
		return connection.EndClient
	case passed.refused:
		return connection.EndDialRefused
	case said.Code == "DEADLINE_EXCEEDED" && said.open, passed.unanswered():
		return connection.EndTimeout
	case passed.spoke() == harness.TransportTLS && !passed.isTLS() && (passed.heard() || passed.cutOff()):
		return connection.EndNotTLS
	case passed.spoke() == harness.TransportPlain && plain && (passed.cutOff() || a.relay.ended()):
		return connection.EndClosed
	}
	return connection.EndUnclear
}
