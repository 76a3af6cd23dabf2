// Package standin is an in-process server with the listeners of a standalone Milvus, for the
// harness's own tests: it is configured by the same milvus.yaml and reached over TCP like any
// server.
//
// It is honest, that is, it does what a user may rightly expect (real releases differ in
// places), or it has one or several of the closed set Faults, or it behaves as real servers of
// its release line were seen to, right or wrong (Real). Its answers are no verdict on Milvus.
package standin
