# The job "cells" by data.table. Usage: cells.R FILE OUT THREADS
suppressMessages(library(data.table))
given <- commandArgs(TRUE)
setDTthreads(as.integer(given[3]))
keys <- c("campaign", "region", "age", "gender")
counts <- c("eligible", "reach", "impressions", "clicks")
rows <- fread(given[1], select = c(keys, counts))[, lapply(.SD, sum), by = keys, .SDcols = counts]
fwrite(rows, given[2], col.names = FALSE)
