package claims

import (
	"slices"
	"testing"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/ledger"
	"milvus-tls-e2e/harness/page/run"
)

// The ledger and the claims hold each other: no claim without a case or a
// reason, no case without a claim that a page makes.
func TestTheLedgerAndTheClaimsAgree(t *testing.T) {
	l, err := fixtures.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string]harness.Claim{}
	for _, c := range slices.Concat(run.Claims, All()) {
		judged[c.ID] = c
	}
	waived, onPage := named(t, l.Waived), map[string]bool{}
	holds := func(page string, ids []string) {
		for _, id := range ids {
			onPage[id] = true
			if _, is := judged[id]; !is && !waived[id] {
				t.Errorf("%s: the ledger's %s names it, and no case judges it: add a claim, or a waiver with its reason", id, page)
			}
		}
	}
	for _, c := range l.Copies {
		holds(c.Name(), c.Claims())
	}
	for _, e := range l.Excerpts {
		holds(e.Page, e.Claims())
	}
	for id := range waived {
		if _, is := judged[id]; is {
			t.Errorf("%s is waived, and a case judges it: delete the waiver", id)
		}
	}
	for id, c := range judged {
		if len(c.Sources) > 0 && !onPage[id] {
			t.Errorf("%s says that a page makes it, and no paragraph in the ledger does", id)
		}
	}
}

func named(t *testing.T, all []ledger.Waiver) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, w := range all {
		if ids[w.Claim] {
			t.Errorf("%s is waived twice", w.Claim)
		}
		ids[w.Claim] = true
	}
	return ids
}
