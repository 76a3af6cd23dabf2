package milvus

import (
	"fmt"

	"milvus-tls-e2e/harness"
)

// The keys of the Strict-Transport-Security header, and its age where none is
// configured (read in 2.6.20's source).
const (
	hstsSwitch = "proxy.http.enableHSTS"
	hstsAge    = "proxy.http.hstsMaxAge"
	hstsBelow  = "proxy.http.hstsIncludeSubDomains"
	hstsYear   = 31536000
)

// HSTS returns the Strict-Transport-Security header that a change configures; empty
// for none.
func HSTS(change harness.ConfigChange) (string, error) {
	tree, err := Setup{Change: change}.besides()
	if err != nil {
		return "", err
	}
	if on, _ := Lookup(tree, hstsSwitch); on != true {
		return "", nil
	}
	age := any(hstsYear)
	if configured, is := Lookup(tree, hstsAge); is {
		age = configured
	}
	header := fmt.Sprintf("max-age=%v", age)
	if below, _ := Lookup(tree, hstsBelow); below == true {
		header += "; includeSubDomains"
	}
	return header, nil
}
