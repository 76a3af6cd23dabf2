// Package standin is an in-process server with the listeners of a standalone
// Milvus, for the harness's own tests: it is configured by the same milvus.yaml
// and met over TCP like any server.
//
// It is honest, which means that it does what a user is right to expect (in
// places real releases do otherwise), or it has one fault of the closed set
// Faults, or several; or it behaves as real servers of its release line were seen
// to do, right or wrong (Real). What it answers is never a verdict on Milvus.
package standin
