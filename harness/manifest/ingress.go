package manifest

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// An annotation of an Ingress or a Service.
type annotation struct {
	key, value string
	line       int
}

// ingress reads an Ingress's annotations. The chart's has defaults where the values have none,
// and exists only where enabled.
func (m *Manifest) ingress(node, enabled *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode || m.Kind == Chart && text(enabled) != "true" {
		return
	}
	if m.Kind == Chart { // the chart's own values.yaml, 4.0 to 5.0
		m.annotations = append(m.annotations, annotation{"nginx.ingress.kubernetes.io/backend-protocol", "GRPC", node.Line})
	}
	m.serviceAnnotations(value(node, "annotations"))
	if len(m.annotations) == 0 {
		m.annotations = append(m.annotations, annotation{"", "", node.Line})
	}
}

func (m *Manifest) serviceAnnotations(node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		a := annotation{node.Content[i].Value, text(node.Content[i+1]), node.Content[i].Line}
		m.annotations = slices.DeleteFunc(m.annotations, func(o annotation) bool { return o.key == a.key })
		m.annotations = append(m.annotations, a)
	}
}

// ingresses reads Ingresses and Services in the same file as a server.
func ingresses(m *Manifest, all []object) {
	for _, o := range all {
		switch o.kind {
		case "Ingress":
			before := len(m.annotations)
			m.serviceAnnotations(value(o.node, "metadata", "annotations"))
			if len(m.annotations) == before {
				m.annotations = append(m.annotations, annotation{"", "", o.node.Line})
			}
		case "Service":
			m.serviceAnnotations(value(o.node, "metadata", "annotations"))
		}
	}
}

// plainBackends are annotations of common controllers for plaintext to the server, and their
// values for TLS (read in their documentation).
var plainBackends = map[string]struct {
	plain []string
	tls   string
}{
	"nginx.ingress.kubernetes.io/backend-protocol":                  {[]string{"HTTP", "GRPC", "AUTO_HTTP"}, "GRPCS"},
	"traefik.ingress.kubernetes.io/service.serversscheme":           {[]string{"HTTP", "H2C"}, "https"},
	"ingress.kubernetes.io/protocol":                                {[]string{"HTTP", "H2C"}, "https"},
	"haproxy-ingress.github.io/backend-protocol":                    {[]string{"HTTP", "H1", "H2", "GRPC"}, "grpcs"},
	"alb.ingress.kubernetes.io/backend-protocol":                    {[]string{"HTTP"}, "HTTPS"},
	"service.beta.kubernetes.io/aws-load-balancer-backend-protocol": {[]string{"HTTP"}, "ssl"},
}

// checkIngress finds what speaks plaintext to a TLS port.
func (m *Manifest) checkIngress(mode int) {
	if mode == 0 || slices.ContainsFunc(m.annotations, passesThrough) {
		return
	}
	clientCert := slices.ContainsFunc(m.annotations, func(a annotation) bool { return strings.HasSuffix(a.key, "/proxy-ssl-secret") })
	known := false
	for _, a := range m.annotations {
		rule, is := plainBackends[a.key]
		switch {
		case !is:
		case slices.ContainsFunc(rule.plain, func(p string) bool { return strings.EqualFold(p, a.value) }):
			m.find(a.line, harness.SeverityHigh, fmt.Sprintf("%s is %s, and Milvus's port speaks TLS: what stands before it speaks plaintext to it and reaches nothing.", a.key, a.value),
				fmt.Sprintf("Set it to %s, or let the controller pass TLS through.", rule.tls))
			known = true
		default:
			known = true
			if mode == 2 && !clientCert && strings.HasPrefix(a.key, "nginx.ingress") {
				m.find(a.line, harness.SeverityHigh, "Mode 2 wants a certificate of every client, and the Ingress ends their TLS and shows none of its own: Milvus refuses it.",
					"Name one in nginx.ingress.kubernetes.io/proxy-ssl-secret, or let TLS pass through.")
			}
		}
	}
	if !known && slices.ContainsFunc(m.annotations, func(a annotation) bool { return a.key == "" || strings.Contains(a.key, "ingress") }) {
		m.notRead("what the Ingress speaks to Milvus's port, which speaks TLS: no annotation that is known says so")
	}
}

func passesThrough(a annotation) bool {
	return strings.HasSuffix(a.key, "/ssl-passthrough") && a.value == "true"
}
