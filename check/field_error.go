package check

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

type fieldError struct{ key, why string }

// wrong returns the first thing that is wrong, or nil.
func (t *Target) wrong(claims []harness.Claim) *fieldError {
	for _, check := range []func() *fieldError{t.wrongAddress, t.wrongMode, t.wrongPair, t.wrongInternal, t.wrongLogin, t.wrongNumber} {
		if w := check(); w != nil {
			return w
		}
	}
	return t.wrongAccept(claims)
}

func (t *Target) wrongAddress() *fieldError {
	if t.Addresses.GRPC == "" {
		return &fieldError{"addresses.grpc", "is missing: it is where clients connect, such as milvus.example.com:19530"}
	}
	for _, a := range []struct{ key, value string }{
		{"addresses.grpc", t.Addresses.GRPC}, {"addresses.rest", t.Addresses.REST}, {"addresses.management", t.Addresses.Management},
	} {
		if a.value == "" || a.key == "addresses.management" && a.value == managementMissing {
			continue
		}
		if wrong := wrongHostPort(a.key, a.value); wrong != nil {
			return wrong
		}
	}
	return nil
}

func wrongHostPort(key, value string) *fieldError {
	host, port, err := net.SplitHostPort(value)
	number, errPort := strconv.ParseUint(port, 10, 16)
	if err != nil || errPort != nil || host == "" || number == 0 {
		return &fieldError{key, fmt.Sprintf("%q is no host:port", value)}
	}
	return nil
}

func (t *Target) wrongMode() *fieldError {
	switch {
	case t.Mode == nil:
		return &fieldError{"mode", "is missing: it is the tlsMode that the deployment is meant to have, 0, 1 or 2"}
	case *t.Mode < 0 || *t.Mode > 2:
		return &fieldError{"mode", fmt.Sprintf("%d is none: it is 0, 1 or 2", *t.Mode)}
	case *t.Mode > 0 && t.Trust == "":
		return &fieldError{"trust", "is missing: in modes 1 and 2 it is the file with the CA that clients trust " +
			"(where a public CA signed, the system's, such as /etc/ssl/certs/ca-certificates.crt)"}
	}
	return nil
}

func (t *Target) wrongPair() *fieldError {
	for _, p := range []struct {
		key string
		Pair
	}{{"client", t.Client}, {"client_ca", t.ClientCA}} {
		switch {
		case p.Certificate == "" && p.Key != "":
			return &fieldError{p.key + ".certificate", "is missing, although its key is given"}
		case p.Key == "" && p.Certificate != "" && p.key == "client":
			return &fieldError{p.key + ".key", "is missing, although its certificate is given"}
		}
	}
	if t.Log != "" && len(t.LogCommand) > 0 {
		return &fieldError{"log_command", "and log exclude each other"}
	}
	return nil
}

func (t *Target) wrongLogin() *fieldError {
	l := t.Login
	switch where := l.PasswordFile + l.PasswordEnv; {
	case l.Password != nil:
		return &fieldError{"login.password", "a password does not belong into this file: put it into a file of its own and name that " +
			"(password_file), or into a variable (password_env)"}
	case l.User == "" && where != "":
		return &fieldError{"login.user", "is missing, although a password is given"}
	case l.User != "" && where == "":
		return &fieldError{"login.user", "has no password: name a file (password_file) or a variable (password_env) that holds it"}
	case l.PasswordFile != "" && l.PasswordEnv != "":
		return &fieldError{"login.password_env", "and password_file exclude each other"}
	}
	return nil
}

// mostRate bounds the rate: more would be a load test.
const mostRate = 100

func (t *Target) wrongNumber() *fieldError {
	if t.Days != nil && (*t.Days < 0 || *t.Days > 36500) {
		return &fieldError{"expires_within_days", "is a number of days, from 0 to 36500"}
	}
	if t.Rate != nil && (*t.Rate <= 0 || *t.Rate > mostRate) {
		return &fieldError{"rate", fmt.Sprintf("is a number of attempts a second, above 0 and up to %d", mostRate)}
	}
	if t.Version != "" {
		if _, err := semver.StrictNewVersion(t.Version); err != nil {
			return &fieldError{"version", fmt.Sprintf("%q is no version such as 2.5.8", t.Version)}
		}
	}
	return nil
}

func (t *Target) wrongAccept(claims []harness.Claim) *fieldError {
	for i, a := range t.Accept {
		key := fmt.Sprintf("accept.%d", i)
		at := slices.IndexFunc(claims, func(c harness.Claim) bool { return c.ID == a.Claim })
		switch {
		case a.Claim == "" || a.Reason == "":
			return &fieldError{key, "names no claim, or gives no reason"}
		case at < 0:
			return &fieldError{key, fmt.Sprintf("there is no claim %q", a.Claim)}
		case a.Case != "" && !slices.ContainsFunc(claims[at].Cases, func(c harness.Case) bool { return c.Name == a.Case }):
			return &fieldError{key, fmt.Sprintf("%s has no case %q", a.Claim, a.Case)}
		}
	}
	return nil
}

// known returns the accepted findings as the harness knows them.
func (t *Target) known(releaseLine string) []results.Expectation {
	var all []results.Expectation
	for i, a := range t.Accept {
		x := results.Expectation{
			Claim: a.Claim, Case: a.Case, Topology: results.Any, Client: results.Any, Port: results.Any,
			Saw: results.Any, Reason: a.Reason,
			Line: releaseLine, At: fmt.Sprintf("%s: accept, entry %d", t.File, i+1),
		}
		if x.Case == "" {
			x.Case = results.Any
		}
		all = append(all, x)
	}
	return all
}
