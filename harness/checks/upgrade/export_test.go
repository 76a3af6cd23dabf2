package upgrade

var AspectWords = aspectWords
