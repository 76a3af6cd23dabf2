// Package pki makes every certificate of one run: the CA, the server's certificate and a
// catalogue of client identities, each of which differs from good in one thing. Nothing is kept
// between runs or committed, because committed certificates expire.
//
// A CertSet holds a run's certificates, in memory or written to the run's folder; the Catalogue
// describes them as data.
package pki
