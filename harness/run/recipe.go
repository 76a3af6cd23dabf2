package run

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/pki"
)

// Texts of facts.
const (
	none       = "none"
	allowed    = "allowed"
	notAllowed = "not allowed"
)

var _ = runs((*cell).observeRecipeCheck, nil)

func (c *cell) observeRecipeCheck(ctx context.Context, l recipe.Check) observed {
	found := findRecipe(ctx, c.recipeRunner, l)
	return observed{facts: &found}
}

// findRecipe runs the recipe of a check, once, and returns the checked fact.
func findRecipe(ctx context.Context, b *pki.RecipeRunner, i recipe.Check) recipe.Facts {
	run := b.Run(ctx, i.Recipe)
	f := recipe.Facts{
		Recipe: i.Recipe, OpenSSL: run.OpenSSL, Wanted: i.Wanted, Steps: run.Steps,
		Repaired: run.Repaired, Failed: run.Failed,
	}
	if i.Fact == recipe.FactRuns && len(run.Steps) > 0 {
		f.Found, f.Detail = fmt.Sprintf("status %d", run.Status), run.Steps[len(run.Steps)-1]
		f.Repaired, f.Failed = "", "" // as printed
		return f
	}
	if f.Failed != "" {
		return f
	}
	var err error
	if f.Found, f.Detail, err = tellRecipe(run, i.Fact, i.File); err != nil {
		f.Failed = err.Error()
	}
	return f
}

// tellRecipe returns what was seen of a fact, and what that was taken from.
func tellRecipe(run pki.Run, fact recipe.Fact, file string) (seen, detail string, err error) {
	switch fact {
	case recipe.FactFiles:
		return strings.Join(run.Made, ", "), "", nil
	case recipe.FactNoSerial:
		return strings.Join(slices.DeleteFunc(slices.Clone(run.Made), isSerial), ", "), "", nil
	case recipe.FactSerial:
		return orNone(slices.DeleteFunc(slices.Clone(run.Made), func(name string) bool { return !isSerial(name) })), "", nil
	case recipe.FactIssued:
		if by, asked := run.Vouched[file]; asked {
			return by, "openssl verify", nil
		}
		return "", "", fmt.Errorf("recipe %s keeps no CA to verify %s with", run.Recipe.ID, file)
	default:
		return readRecipe(run, fact, file)
	}
}

func readRecipe(run pki.Run, fact recipe.Fact, file string) (seen, detail string, err error) {
	cert, err := readCertificate(filepath.Join(run.Dir, file))
	if err != nil {
		return "", "", err
	}
	switch fact {
	case recipe.FactSAN:
		seen = orNone(cert.DNSNames)
		if slices.Contains(cert.DNSNames, harness.RightName) {
			seen = harness.RightName
		}
		return seen, "DNS names: " + orNone(cert.DNSNames), nil
	case recipe.FactClientUse:
		return clientUse(cert), "extended key usage: " + orNone(usages(cert)), nil
	case recipe.FactDays:
		return fmt.Sprintf("%d days", cert.NotAfter.Sub(cert.NotBefore)/(24*time.Hour)), "", nil
	case recipe.FactName:
		return orNone(slices.DeleteFunc([]string{cert.Subject.CommonName}, func(name string) bool { return name == "" })),
			"subject: " + cert.Subject.String(), nil
	case recipe.FactNew:
		return renewed(run, cert, file)
	default:
		return "", "", fmt.Errorf("there is no way to find out %q", fact)
	}
}

func renewed(run pki.Run, cert *x509.Certificate, file string) (seen, detail string, err error) {
	old, err := readCertificate(filepath.Join(run.Kept, file))
	switch {
	case err != nil:
		return "", "", err
	case old.Equal(cert):
		return "the old one", "", nil
	}
	return "new", fmt.Sprintf("serial numbers %x and %x", old.SerialNumber, cert.SerialNumber), nil
}

func clientUse(cert *x509.Certificate) string {
	if len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) == 0 ||
		slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageClientAuth) || slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageAny) {
		return allowed
	}
	return notAllowed
}

func usages(cert *x509.Certificate) []string {
	names := map[x509.ExtKeyUsage]string{
		x509.ExtKeyUsageServerAuth: "serverAuth", x509.ExtKeyUsageClientAuth: "clientAuth", x509.ExtKeyUsageAny: "any",
	}
	var all []string
	for _, u := range cert.ExtKeyUsage {
		if names[u] != "" {
			all = append(all, names[u])
		}
	}
	for _, u := range cert.UnknownExtKeyUsage {
		all = append(all, u.String())
	}
	return all
}

func readCertificate(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read certificate %s: it holds no PEM", filepath.Base(path))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read certificate %s: %w", filepath.Base(path), err)
	}
	return cert, nil
}

func isSerial(name string) bool { return strings.HasSuffix(name, ".srl") }

func orNone(names []string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}
