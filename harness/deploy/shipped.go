package deploy

// Shipped is what a distribution of a server holds of TLS: everybody has it.
// Its files lie where the stock milvus.yaml names them, for a server that is
// left on its defaults.
type Shipped struct {
	CA, CAKey         []byte // PEM; both empty where none is shipped
	Server, ServerKey []byte
}
