package standin

import (
	"context"
	"encoding/base64"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
)

// The login of a new Milvus.
const (
	rootName     = "root"
	rootPassword = "Milvus"
)

// An api answers requests, by gRPC and by REST.
type api struct {
	milvuspb.UnimplementedMilvusServiceServer
	store   *store
	users   bool   // every request needs the login
	stuck   bool   // components cannot reach each other, so that nothing is carried out
	queue   error  // why components do not learn of a schema change
	hangs   bool   // components reach each other for everything but a change of the schema
	v2      bool   // the release has REST v2
	blunt   bool   // there is no vector engine, so that nothing is found
	hsts    string // the Strict-Transport-Security header of REST's answers; empty for none
	faults  faults
	version string

	behavior behavior
	restless bool // REST is off
}

// grpcServer returns a server for connections whose handshake is over: the
// certificates are no business of its own.
func (a *api) grpcServer() *grpc.Server {
	s := grpc.NewServer(
		grpc.WaitForHandlers(true),
		grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := a.authenticated(ctx); err != nil {
				return nil, err
			}
			if a.stuck {
				return nil, status.Error(codes.Unavailable, "Milvus Proxy is not ready yet. please wait")
			}
			return next(ctx, req)
		}),
		grpc.StreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := a.authenticated(stream.Context()); err != nil {
				return err
			}
			return next(srv, stream)
		}),
	)
	milvuspb.RegisterMilvusServiceServer(s, a)
	return s
}

func (a *api) authenticated(ctx context.Context) error {
	if !a.users {
		return nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	for _, sent := range md.Get("authorization") {
		if login, err := base64.StdEncoding.DecodeString(sent); err == nil && a.store.knows(string(login)) {
			return nil
		}
	}
	return status.Error(codes.Unauthenticated, "auth check failure, please check username and password are correct")
}

func (a *api) Connect(context.Context, *milvuspb.ConnectRequest) (*milvuspb.ConnectResponse, error) {
	return &milvuspb.ConnectResponse{
		Status: said(nil), Identifier: 1,
		ServerInfo: &commonpb.ServerInfo{BuildTags: a.version, DeployMode: "STANDALONE"},
	}, nil
}

func (a *api) GetVersion(context.Context, *milvuspb.GetVersionRequest) (*milvuspb.GetVersionResponse, error) {
	return &milvuspb.GetVersionResponse{Status: said(nil), Version: a.version}, nil
}

func (a *api) CheckHealth(context.Context, *milvuspb.CheckHealthRequest) (*milvuspb.CheckHealthResponse, error) {
	return &milvuspb.CheckHealthResponse{Status: said(nil), IsHealthy: true}, nil
}
