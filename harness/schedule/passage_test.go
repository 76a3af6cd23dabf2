package schedule

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
)

// What a busy machine may have done is no finding about an upgrade.
func TestWhatABusyMachineDoesShowsNothing(t *testing.T) {
	for boot, want := range map[*harness.Boot]bool{{Ready: true}: false, {Exited: true}: false, {Seconds: 90}: true} {
		if got := hangs(*boot) != nil; got != want {
			t.Errorf("%+v hangs: %v", boot, got)
		}
	}
	for err, want := range map[error]bool{
		nil:                                 false,
		errors.New("collection not found"):  false,
		status.Error(codes.NotFound, "row"): false,
		fmt.Errorf("connect: %w", context.DeadlineExceeded):                     true,
		fmt.Errorf("connect: %w", status.Error(codes.DeadlineExceeded, "late")): true,
	} {
		if got := late(err); got != want {
			t.Errorf("%v is late: %v", err, got)
		}
	}
}
