package standin

import (
	"context"
	"crypto/tls"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// A peerComponent is the component that the proxy notifies of new collections.
type peerComponent struct {
	at     string // host:port, where it has registered itself
	port   harness.Port
	secure bool
	name   string // that its certificate is for
}

// register returns the address at which the proxy finds its peer component: a
// coordinator's, as in every release.
func (d *deployment) register(s deploy.Spec) (err error) {
	for _, port := range d.listeners() {
		if port.Internal() && port != harness.InternalProxy {
			d.next.port = port
			d.next.at, err = s.Route(port, d.Addr(port))
			return err
		}
	}
	return nil
}

// tell sends the peer component a name, in a call that it answers as unknown.
func (n peerComponent) tell(name string) error {
	if n.at == "" {
		return nil // what this release's components send is not recorded
	}
	how := insecure.NewCredentials()
	if n.secure {
		// Whether the certificate is right was found out at the start.
		how = credentials.NewTLS(&tls.Config{ServerName: n.name, InsecureSkipVerify: true}) //nolint:gosec // as said
	}
	conn, err := grpc.NewClient(n.at, grpc.WithTransportCredentials(how))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err = conn.Invoke(ctx, "/milvus.proto.rootcoord.RootCoord/CreateCollection", wrapperspb.String(name), &emptypb.Empty{})
	if status.Code(err) != codes.Unimplemented {
		return fmt.Errorf("tell %s: %w", n.port, err)
	}
	return nil
}

// innerServer is a component's server, which knows no call. It reads each call before it
// answers: a client that is answered at once would not send its name.
func innerServer() *grpc.Server {
	return grpc.NewServer(grpc.WaitForHandlers(true), grpc.UnknownServiceHandler(func(_ any, call grpc.ServerStream) error {
		if err := call.RecvMsg(&emptypb.Empty{}); err != nil {
			return err
		}
		return status.Error(codes.Unimplemented, "a component's stand-in knows no call")
	}))
}
