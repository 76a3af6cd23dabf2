package pki

import (
	"fmt"
	"slices"
)

// A Recipe is a page's procedure for making certificates, in our own words: what is made, of
// what kind, and in which order. It is run with the system's OpenSSL.
type Recipe struct {
	ID        string   // what topologies and recipe checks call it
	Algorithm string   // what `openssl genpkey -algorithm` is given
	CASubject string   // the CA's name, as -subj takes it
	Subject   string   // the leaves' name
	CADays    int      // validity of the CA in days
	Days      int      // validity of the leaves in days
	Leaves    []string // what is signed, in order: "server", "client"
	Signed    []string // extensions that signing adds, as lines of an OpenSSL section
	Names     []string // DNS names of the leaves, for the section that Signed refers to
	Requests  bool     // requests stay behind as files
	Writes    bool     // the recipe itself writes openssl.cnf; else its user has made it before
	Serial    string   // file of the serial number; empty leaves the name to OpenSSL
	Keeps     string   // ID of the recipe whose CA files this one starts from; empty makes a new CA
	Fresh     bool     // it makes a new CA all the same, which no page does

	Repair *Repair // what to change when the recipe fails as printed; nil for nothing
}

// A Repair is the smallest change with which a recipe runs.
type Repair struct {
	Algorithm string // in place of the recipe's
	Why       string // reads after "repaired: "
}

type command struct {
	args []string
	pipe bool // it reads what the command before it printed
}

func (r Recipe) commands() []command {
	var all []command
	add := func(pipe bool, args ...string) { all = append(all, command{args: args, pipe: pipe}) }
	newKey := func(name string) { add(false, "genpkey", "-quiet", "-algorithm", r.Algorithm, "-out", name+".key") }
	if r.Keeps == "" || r.Fresh {
		newKey("ca")
		add(false, "req", "-x509", "-new", "-key", "ca.key", "-days", fmt.Sprint(r.CADays), "-subj", r.CASubject, "-out", "ca.pem")
	}
	for _, leaf := range r.Leaves {
		newKey(leaf)
		request := []string{"req", "-new", "-key", leaf + ".key", "-subj", r.Subject}
		sign := []string{"x509", "-req", "-days", fmt.Sprint(r.Days), "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
			"-extfile", configFile, "-extensions", section, "-out", leaf + ".pem"}
		if r.Serial != "" {
			sign = append(sign, "-CAserial", r.Serial)
		}
		if r.Requests {
			request = append(request, "-config", configFile, "-out", leaf+".csr")
			sign = append(sign, "-in", leaf+".csr")
		}
		add(false, request...)
		add(!r.Requests, sign...)
	}
	return all
}

// What the pages call the file with the extensions, and the section in it.
const (
	configFile = "openssl.cnf"
	section    = "v3_req"
)

func (r Recipe) config() []byte {
	var text []byte
	line := func(format string, args ...any) { text = fmt.Appendf(text, format+"\n", args...) }
	if r.Requests {
		line("[req]\ndistinguished_name = dn\nreq_extensions = %s\nstring_mask = utf8only\n[dn]\ncommonName = name", section)
	}
	line("[%s]", section)
	for _, extension := range r.Signed {
		line("%s", extension)
	}
	if len(r.Names) > 0 {
		line("subjectAltName = @names\n[names]")
		for i, name := range r.Names {
			line("DNS.%d = %s", i+1, name)
		}
	}
	return text
}

// The extensions that the pages' configurations have signing add.
var (
	leafOnly = []string{"basicConstraints = CA:FALSE", "keyUsage = nonRepudiation, digitalSignature, keyEncipherment"}
	forTLS   = append(slices.Clone(leafOnly), "extendedKeyUsage = serverAuth")
)

const tenYears = 3650 // days, as the pages count them

// The 2.5 page names every key's size within its algorithm, which OpenSSL's
// -newkey understands and -algorithm does not (seen on 3.0.19).
var sizeRepair = &Repair{
	Algorithm: "RSA",
	Why:       "keys of 2048 bits by the algorithm RSA, because genpkey knows no algorithm rsa:2048",
}

// Recipes lists what the pages do, each once.
var Recipes = []Recipe{
	{
		ID: "2.5", Algorithm: "rsa:2048", Repair: sizeRepair,
		CASubject: "/C=US/ST=CA/L=Redwood City/O=zilliz/OU=devops/CN=localhost", CADays: 10 * tenYears,
		Subject: "/C=US/ST=CA/L=Redwood City/O=zilliz/OU=devops/CN=localhost", Days: tenYears,
		Leaves: []string{"server", "client"}, Signed: forTLS, Names: []string{"localhost"}, Writes: true,
	},
	{
		ID: "2.5-renewed", Keeps: "2.5", Algorithm: "rsa:2048", Repair: sizeRepair,
		Subject: "/C=US/ST=CA/L=Redwood City/O=zilliz/OU=devops/CN=localhost", Days: tenYears,
		Leaves: []string{"server", "client"}, Signed: forTLS, Names: []string{"localhost"}, Writes: true,
	},
	{
		ID: "legacy", Algorithm: "RSA", Requests: true, Signed: leafOnly,
		CASubject: "/C=CN/ST=Shanghai/L=Shanghai/O=milvus/OU=milvus/CN=localhost", CADays: tenYears,
		Subject: "/C=CN/O=milvus/OU=milvus/CN=localhost", Days: tenYears,
		Leaves: []string{"server", "client"},
	},
	{
		ID: "legacy-san", Algorithm: "RSA", Requests: true, Signed: leafOnly,
		Names:     []string{"localhost", "*.example.com", "*.example.org"},
		CASubject: "/C=CN/ST=Shanghai/L=Shanghai/O=milvus/OU=milvus/CN=localhost", CADays: tenYears,
		Subject: "/C=CN/O=milvus/OU=milvus/CN=localhost", Days: tenYears,
		Leaves: []string{"server", "client"},
	},
	{
		// The steps name variables that only the script sets, so that in a
		// shell of their own every part of the subject is empty.
		ID: "manual", Algorithm: "RSA", Requests: true, Signed: leafOnly,
		CASubject: "/C=/ST=/L=/O=/OU=/CN=", CADays: tenYears,
		Subject: "/C=/O=/OU=/CN=", Days: tenYears,
		Leaves: []string{"server"},
	},
}
