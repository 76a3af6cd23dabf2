package harness

// Chapter is the part of the documentation page that a claim is about.
type Chapter int

// The chapters, in the order of the page; claims that no page makes come last.
const (
	_ Chapter = iota
	ChapterCertificates
	ChapterServer
	ChapterInternal
	ChapterClients
	ChapterDeployment
	ChapterBeyond
)

// String gives the chapter as a heading.
func (c Chapter) String() string {
	switch c {
	case ChapterCertificates:
		return "Certificates"
	case ChapterServer:
		return "Server"
	case ChapterInternal:
		return "Internal TLS"
	case ChapterClients:
		return "Clients"
	case ChapterDeployment:
		return "Deployment"
	case ChapterBeyond:
	}
	return "Beyond the pages"
}
