#!/usr/bin/env bash
# Deploys the written manifests with the real Operator or the real chart in the
# cluster that kubectl speaks to, and compares what is served with the secret.
#
#   scripts/kubernetes.sh operator|helm TOPOLOGY [IMAGE]
#
# It is for a cluster of its own (see .github/workflows/kubernetes.yml), and no
# part of make e2e.
set -euo pipefail
cd "$(dirname "$0")/.."
how=$1 topology=$2 image=${3:-}
dir=$(mktemp -d)
forward=
trap '[[ -z $forward ]] || kill "$forward" || true; rm -rf "$dir"' EXIT

make --silent manifests TOPOLOGY="$topology" OUT="$dir/written" IMAGE="$image"
(
	cd "$dir"
	umask 077
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=milvus-tls-e2e CA"
	for who in server client; do
		openssl req -newkey rsa:2048 -nodes -keyout "$who.key" -out "$who.csr" -subj "/CN=localhost"
		printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=%sAuth\n' "$who" >"$who.ext"
		openssl x509 -req -in "$who.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$who.ext" -out "$who.pem"
	done
) 2>/dev/null
kubectl create secret generic certs --from-file="$dir/server.pem" --from-file="$dir/server.key" --from-file="$dir/ca.pem"

case $how in
operator)
	helm repo add milvus-operator https://zilliztech.github.io/milvus-operator/
	helm upgrade --install milvus-operator milvus-operator/milvus-operator --namespace milvus-operator --create-namespace --wait --timeout 5m
	kubectl apply -f "$dir/written/operator.yaml"
	kubectl wait --for=jsonpath='{.status.status}'=Healthy milvus/my-release --timeout=20m
	target=service/my-release-milvus
	;;
helm)
	helm repo add milvus https://zilliztech.github.io/milvus-helm/
	helm install my-release milvus/milvus -f "$dir/written/values.yaml"
	kubectl rollout status deployment/my-release-milvus-standalone --timeout=20m
	target=deployment/my-release-milvus-standalone
	;;
*)
	echo "scripts/kubernetes.sh: $how is neither operator nor helm" >&2
	exit 2
	;;
esac

kubectl port-forward "$target" 19530:19530 8080:8080 >/dev/null &
forward=$!
await() {
	for _ in {1..300}; do
		(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		kill -0 "$forward" || return
		sleep 0.2
	done
	echo "scripts/kubernetes.sh: nothing is forwarded to port $1" >&2
	return 1
}
await 19530
await 8080

fingerprint() { openssl x509 -noout -fingerprint -sha256; }
want=$(fingerprint <"$dir/server.pem")
status=0
for port in 19530 8080; do
	got=$(openssl s_client -connect "127.0.0.1:$port" -cert "$dir/client.pem" -key "$dir/client.key" </dev/null 2>/dev/null | fingerprint 2>/dev/null || true)
	if [[ $got == "$want" ]]; then
		echo "$how, $topology: port $port shows the secret's certificate"
	else
		echo "$how, $topology: port $port shows ${got:-no certificate at all}, not the secret's $want" >&2
		status=1
	fi
done
# A handshake proves no admission: ask over it, with the client's certificate and without.
ask() { curl --silent --show-error --max-time 10 --cacert "$dir/ca.pem" "$@" --request POST --data '{}' https://localhost:8080/v2/vectordb/collections/list; }
ask --cert "$dir/client.pem" --key "$dir/client.key" >/dev/null || { echo "$how, $topology: the good client is refused" >&2; status=1; }
if [[ $topology == mode-2* ]] && ask >/dev/null 2>&1; then
	echo "$how, $topology: a client without a certificate is served" >&2
	status=1
fi
exit $status
