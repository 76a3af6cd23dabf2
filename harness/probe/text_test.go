package probe

import (
	"testing"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	if got := (Credentials{User: "root", Password: "Milvus"}).authorization(); got != "Bearer root:Milvus" {
		t.Errorf("it is %q", got)
	}
}
