package pki

import (
	"os/exec"
	"testing"
	"time"
)

func TestAllRecipes(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip(err)
	}
	begin := time.Now()
	b := NewBook(t.TempDir(), Recipes)
	b.Start(t.Context())
	for _, r := range Recipes {
		run := b.Run(t.Context(), r.ID)
		t.Logf("%s %d failed=%q rep=%q made=%v %v", r.ID, run.Status, run.Failed, run.Repaired, run.Made, run.Vouched)
		if _, err := b.Wallet(t.Context(), r.ID); err != nil {
			t.Error(err)
		}
	}
	t.Log(time.Since(begin))
}
