// Package requirements holds what security standards ask for, as far as verdicts on claims
// are evidence for it.
package requirements

import "milvus-tls-e2e/harness"

// The requirements that verdicts on claims are evidence for. The PCI DSS numbers the
// points of 4.2.1 by order only.
const (
	NISTVersions       harness.Requirement = "nist-800-52r2/3.1"
	NISTServerCert     harness.Requirement = "nist-800-52r2/3.2.1"
	NISTCipherSuites   harness.Requirement = "nist-800-52r2/3.3.1"
	NISTClientAuth     harness.Requirement = "nist-800-52r2/3.5"
	NISTPathValidation harness.Requirement = "nist-800-52r2/3.5.1"
	NISTTrustAnchors   harness.Requirement = "nist-800-52r2/3.5.2"
	NISTClientVersions harness.Requirement = "nist-800-52r2/4.1"
	NISTClientCert     harness.Requirement = "nist-800-52r2/4.2.1"
	NISTServerAuth     harness.Requirement = "nist-800-52r2/4.5"

	PCITransit   harness.Requirement = "pci-dss-4.0.1/4.2.1"
	PCITrusted   harness.Requirement = "pci-dss-4.0.1/4.2.1-1"
	PCIValid     harness.Requirement = "pci-dss-4.0.1/4.2.1-2"
	PCIVersions  harness.Requirement = "pci-dss-4.0.1/4.2.1-3"
	PCIStrength  harness.Requirement = "pci-dss-4.0.1/4.2.1-4"
	PCIInventory harness.Requirement = "pci-dss-4.0.1/4.2.1.1"
	PCIWireless  harness.Requirement = "pci-dss-4.0.1/4.2.1.2"

	BSIVersions       harness.Requirement = "bsi-tr-02102-2/3.2"
	BSITLS12          harness.Requirement = "bsi-tr-02102-2/3.3"
	BSITLS13          harness.Requirement = "bsi-tr-02102-2/3.4"
	BSIAuthentication harness.Requirement = "bsi-tr-02102-2/3.5"
	BSIKeys           harness.Requirement = "bsi-tr-02102-2/3.6"

	ISOCryptography harness.Requirement = "iso-27001-2022/A.8.24"
)

// Text is a requirement as a report shows it.
type Text struct {
	Key      harness.Requirement `json:"key"`
	Standard string              `json:"standard"`
	Section  string              `json:"section"`
	Asks     string              `json:"asks"`       // the requirement, in the project's own words
	Beyond   string              `json:"not_tested"` // the part that no claim of this project tests
}

const (
	nist = "NIST SP 800-52 Rev. 2"
	pci  = "PCI DSS 4.0.1"
	bsi  = "BSI TR-02102-2"
	iso  = "ISO/IEC 27001:2022"
)

// All are all of them, in the order of reports. The BSI's sections are
// numbered as in its client release 2022-01.
var All = []Text{
	{NISTVersions, nist, "3.1", "Servers support TLS 1.2 and TLS 1.3. Government-only servers do not use TLS 1.1 and 1.0, and no server uses SSL.", "What a proxy before the server speaks."},
	{NISTServerCert, nist, "3.2.1", "The server has a certificate with a sufficient key and signature, and names itself in the subject alternative names.", "How the CA issues, and revocation."},
	{NISTCipherSuites, nist, "3.3.1", "Servers use only cipher suites from the approved list.", "The order of preference, and the suites of TLS 1.3 one by one."},
	{NISTClientAuth, nist, "3.5", "Where clients are authenticated by certificate, the server requires and checks it.", "The mapping of certificates to users."},
	{NISTPathValidation, nist, "3.5.1", "The server validates the client certificate's path: signatures, dates, usages and constraints.", "Revocation: no claim tests it."},
	{NISTTrustAnchors, nist, "3.5.2", "The server trusts only the CAs that its operator chose.", "Who may change the CA file."},
	{NISTClientVersions, nist, "4.1", "Clients support TLS 1.2 and 1.3, and no older version. Milvus is the client of its object store.", "The lowest version that Milvus's SDKs offer."},
	{NISTClientCert, nist, "4.2.1", "A client certificate allows client authentication in its extended key usage, if it has one.", "Certificates that are not made by the pages' scripts."},
	{NISTServerAuth, nist, "4.5", "Clients validate the server certificate's path and compare the name in it with the one that they expect.", "Revocation, and the clients' own trust stores."},

	{PCITransit, pci, "4.2.1", "Account data is protected by strong cryptography whenever it crosses an open, public network.", "Which of your networks are open, and what data you keep in Milvus."},
	{PCITrusted, pci, "4.2.1, first point", "Only trusted keys and certificates are accepted.", "Who decides which CAs are trusted."},
	{PCIValid, pci, "4.2.1, second point", "Certificates are confirmed as valid: neither expired nor revoked.", "Revocation: no claim tests it."},
	{PCIVersions, pci, "4.2.1, third point", "The protocol supports only secure versions and configurations, without fallback to insecure ones.", "The order of cipher suites."},
	{PCIStrength, pci, "4.2.1, fourth point", "The encryption is as strong as the method in use asks for.", "Of keys and signatures only what certificates show is tested, by make inspect."},
	{PCIInventory, pci, "4.2.1.1", "The trusted keys and certificates are kept in an inventory.", "The inventory itself: make inspect shows which certificates the ports serve and when they end."},
	{PCIWireless, pci, "4.2.1.2", "Wireless networks that carry account data use strong cryptography.", "All of it: nothing here is about wireless networks."},

	{BSIVersions, bsi, "3.2", "TLS 1.2 and TLS 1.3 are recommended; TLS 1.0, TLS 1.1 and SSL are not.", "What a proxy before the server speaks."},
	{BSITLS12, bsi, "3.3", "TLS 1.2 uses recommended cipher suites, groups and signatures, with forward secrecy.", "Groups and signatures."},
	{BSITLS13, bsi, "3.4", "TLS 1.3 uses recommended modes, groups, signatures and cipher suites.", "Groups, signatures and cipher suites: only that TLS 1.3 is served is tested."},
	{BSIAuthentication, bsi, "3.5", "The parties are authenticated as the application needs it, by certificate where TLS does it.", "Revocation. This section was not compared with the text of the edition."},
	{BSIKeys, bsi, "3.6", "Keys have at least the recommended length.", "Keys of CAs; of servers and clients, make inspect tests RSA keys from 2048 bits on, where the edition may ask for more. This section was not compared with its text."},

	{ISOCryptography, iso, "A.8.24", "Rules for the use of cryptography, keys included, are defined and carried out.", "Your rules, and how you keep keys: what is shown is whether the server does what its settings say."},
}
