#!/usr/bin/env bash
# Deploys the written manifests, as written, with the real Operator or the real chart
# in the cluster that kubectl speaks to, and has the project's own inspection judge what is served.
#
#   scripts/kubernetes.sh operator|helm TOPOLOGY [IMAGE]
#
# Results are in OUT= (default out/kubernetes). Everything stands in a namespace of
# the run's own, which is deleted at the end; KEEP=1 leaves it. The exit status is
# the inspection's: 0 as expected, 1 not, 3 where nothing could be judged.
#
# It is for a cluster of its own (see .github/workflows/kubernetes.yml), and no
# part of make e2e.
set -euo pipefail
cd "$(dirname "$0")/.."
operator_version=1.3.8 chart_version=5.0.19
case ${1:-} in
operator | helm) ;;
*)
	echo "scripts/kubernetes.sh: say how to deploy, and what: scripts/kubernetes.sh operator|helm TOPOLOGY [IMAGE]" >&2
	exit 2
	;;
esac
how=$1 topology=${2:?say which topology} image=${3:-}
out=${OUT:-out/kubernetes}
namespace=milvus-tls-e2e-$(date +%s)-$$
dir=$(mktemp -d)
forward='' installed='' created=''

# shellcheck disable=SC2317 # the trap calls it
cleanup() {
	local status=$?
	[[ -z $forward ]] || kill "$forward" 2>/dev/null || true
	if [[ -n $created ]]; then
		mkdir -p "$out"
		kubectl --namespace "$namespace" get pods,services,events,configmaps --output wide >"$out/cluster.txt" 2>&1 || true
		kubectl --namespace "$namespace" logs --selector app.kubernetes.io/instance=my-release --all-containers --tail 2000 >"$out/milvus.log" 2>&1 || true
		if [[ -n ${KEEP:-} ]]; then
			echo "kept: namespace $namespace" >&2
		else
			# The Operator has to be there still when its resource goes.
			[[ $how != operator ]] || kubectl --namespace "$namespace" delete milvus my-release --ignore-not-found --timeout 3m || true
			kubectl delete namespace "$namespace" --timeout 5m || true
			[[ -z $installed ]] || helm uninstall milvus-operator --namespace milvus-operator --wait || true
		fi
	fi
	rm -rf "$dir"
	exit "$status"
}
trap cleanup EXIT

# issue NAME CA SAN USAGE makes NAME.key and NAME.pem.
issue() {
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
	printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\n' "$3" "$4" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 90 -extfile "$1.ext" -out "$1.pem"
}
authority() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 90 -subj "/CN=$1 of $namespace"
}

TOPOLOGY=$topology OUT=$dir/written IMAGE=$image scripts/manifests.sh
if [[ $how == helm && ! -f $dir/written/values.yaml ]]; then
	echo "scripts/kubernetes.sh: the chart cannot deploy $topology with this image: $dir/written/README.md says why" >&2
	exit 3
fi
# The secret holds what the written README says, under these names.
mapfile -t files < <(grep -o -- '--from-file=[^ ]*' "$dir/written/README.md" | cut -d= -f2 | sort -u)
(
	cd "$dir"
	umask 077
	authority ca
	issue server ca localhost serverAuth
	issue client ca client clientAuth
	if [[ " ${files[*]} " == *' internal.pem '* ]]; then
		authority internal-ca
		# shellcheck disable=SC2016 # the backticks are Markdown's
		issue internal internal-ca "$(sed -n 's/.*`DNS:\([^`]*\)`.*/\1/p' written/README.md | head -1)" serverAuth
	fi
) 2>"$dir/openssl.log" || {
	tail -3 "$dir/openssl.log" >&2
	exit 3
}

kubectl create namespace "$namespace"
created=1
if ((${#files[@]})); then
	kubectl --namespace "$namespace" create secret generic certs "${files[@]/#/--from-file=$dir/}"
fi
case $how in
operator)
	if ! helm status milvus-operator --namespace milvus-operator >/dev/null 2>&1; then
		installed=1
		helm install milvus-operator milvus-operator --repo https://zilliztech.github.io/milvus-operator/ --version "$operator_version" \
			--namespace milvus-operator --create-namespace --wait --timeout 5m
	fi
	kubectl --namespace "$namespace" apply --filename "$dir/written/operator.yaml"
	kubectl --namespace "$namespace" wait --for=jsonpath='{.status.status}'=Healthy milvus/my-release --timeout=20m
	;;
helm)
	helm install my-release milvus --repo https://zilliztech.github.io/milvus-helm/ --version "$chart_version" \
		--namespace "$namespace" --values "$dir/written/values.yaml"
	kubectl --namespace "$namespace" rollout status deployment/my-release-milvus-standalone --timeout=20m
	;;
esac
pod=$(kubectl --namespace "$namespace" get pods --selector app.kubernetes.io/instance=my-release --output name | grep -m1 standalone)

# The pod's ports, each at a port of this machine that is free.
kubectl --namespace "$namespace" port-forward "$pod" :19530 :8080 :9091 :19529 >"$dir/forwarded" 2>&1 &
forward=$!
local_port() {
	local port
	for _ in {1..150}; do
		port=$(sed -n "s/^Forwarding from 127\.0\.0\.1:\([0-9]*\) -> $1$/\1/p" "$dir/forwarded")
		[[ -z $port ]] || { echo "$port"; return; }
		kill -0 "$forward" 2>/dev/null || break
		sleep 0.2
	done
	echo "scripts/kubernetes.sh: the pod's port $1 is not forwarded: $(tail -1 "$dir/forwarded")" >&2
	return 3
}
grpc=$(local_port 19530) || exit 3
rest=$(local_port 8080) || exit 3
management=$(local_port 9091) || exit 3

mode=0
[[ ! $topology =~ mode-([012]) ]] || mode=${BASH_REMATCH[1]}
{
	printf 'addresses: {grpc: "localhost:%s", rest: "localhost:%s", management: "localhost:%s"}\n' "$grpc" "$rest" "$management"
	printf 'mode: %s\nexpires_within_days: 30\n' "$mode"
	printf 'log_command: [kubectl, --namespace, %s, logs, --follow, --since=1s, %s]\n' "$namespace" "$pod"
	if ((mode > 0)); then
		printf 'trust: ca.pem\nserver_certificate: server.pem\n'
	fi
	if ((mode == 2)); then
		printf 'client: {certificate: client.pem, key: client.key}\nclient_ca: {certificate: ca.pem, key: ca.key}\n'
	fi
	if [[ $topology == internal* ]]; then
		# Every component of the pod is in one process; its proxy's port stands for them.
		internal=$(local_port 19529) || exit 3
		name=$(openssl x509 -noout -ext subjectAltName -in "$dir/internal.pem" | sed -n 's/.*DNS:\([^,]*\).*/\1/p')
		printf 'internal: {addresses: {proxy: "localhost:%s"}, trust: internal-ca.pem, name: "%s", certificate: internal.pem}\n' "$internal" "$name"
	fi
	cat <<-'ACCEPTED'
		accept:
		  - claim: management-out-of-reach
		    reason: a port-forward reaches every port of the pod, and says nothing about who else does
	ACCEPTED
} >"$dir/target.yaml"
TARGET=$dir/target.yaml OUT=$out scripts/inspect.sh
