package report

import "milvus-tls-e2e/harness/results"

// remark is something that a user should know although nothing is wrong: what
// a confirmed case means for them, and where it was seen.
type remark struct {
	Text     string
	Versions []string
	First    results.Result
}

func remarks(results []results.Result) []remark {
	var all []remark
	index := map[string]int{}
	for _, r := range results {
		if r.Remark == "" {
			continue
		}
		i, known := index[r.Remark]
		if !known {
			i = len(all)
			index[r.Remark] = i
			all = append(all, remark{Text: r.Remark, First: r})
		}
		if n := len(all[i].Versions); n == 0 || all[i].Versions[n-1] != r.Version {
			all[i].Versions = append(all[i].Versions, r.Version)
		}
	}
	return all
}
