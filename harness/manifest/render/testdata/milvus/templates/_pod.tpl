{{- define "pod" }}
{{- $component := index .Values .value }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-milvus-{{ .role }}
spec:
  selector: {matchLabels: {component: {{ .role }}}}
  template:
    metadata: {labels: {component: {{ .role }}}}
    spec:
      containers:
        - name: {{ .role }}
          image: {{ .Values.image.all.repository }}:{{ .Values.image.all.tag }}
          args: ["milvus", "run", "{{ .role }}"]
          env:
            - {name: CACHE_SIZE, value: "1"}
            {{- with $component.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          volumeMounts:
            - {name: config, mountPath: /milvus/configs/default.yaml, subPath: default.yaml, readOnly: true}
            - {name: config, mountPath: /milvus/configs/user.yaml, subPath: user.yaml, readOnly: true}
            {{- with .Values.volumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: config
          configMap: {name: {{ default (printf "%s-milvus" .Release.Name) .Values.customConfigMap }}}
        {{- with .Values.volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end }}
