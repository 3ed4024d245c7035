#!/usr/bin/env Rscript
# Intervals at other levels than 0.95, of ordinary tables and of arms of 1 and empty cells. Base R alone:
# its own functions, and where it has none the equation that defines the limits, by uniroot.
# Rscript levels.R > levels.csv
tables <- rbind(c(16, 29, 9, 30), c(7, 13, 2, 12), c(3, 10, 400, 1000), c(1, 1, 2, 3), c(0, 1, 3, 3), c(12, 14, 0, 2),
                c(45, 100, 30, 100), c(29, 30, 30, 30), c(5, 2000, 9, 1500), c(0, 7, 0, 9), c(8, 8, 1, 40))
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
# Rates of largest likelihood at a given contrast, found in the rate of arm 2.
fitted_q <- function(contrast, low, high, a, n1, b, n2) {
  part <- function(x, p) ifelse(x == 0, 0, x * log(p))
  slope <- function(q, p, dp) ifelse(a == 0, 0, a * dp / p) - ifelse(a == n1, 0, (n1 - a) * dp / (1 - p)) +
    ifelse(b == 0, 0, b / q) - ifelse(b == n2, 0, (n2 - b) / (1 - q))
  f <- function(q) { r <- contrast(q); slope(q, r[1], r[2]) }
  edge <- 1e-13 * (high - low)
  if (f(low + edge) <= 0) low else if (f(high - edge) >= 0) high else root(f, low + edge, high - edge)
}
distance <- function(measure, at, a, n1, b, n2) {
  rate <- switch(measure, rd = function(q) c(q + at, 1), rr = function(q) c(at * q, at),
                 or = function(q) c(at * q, at / (1 - q + at * q)) / (1 - q + at * q))
  low <- if (measure == "rd") max(0, -at) else 0
  high <- switch(measure, rd = min(1, 1 - at), rr = min(1, 1 / at), or = 1)
  q <- fitted_q(rate, low, high, a, n1, b, n2)
  p <- min(1, max(0, rate(q)[1]))
  gap <- switch(measure, rd = a / n1 - b / n2 - at, rr = a / n1 - at * b / n2, or = a - n1 * p)
  spread <- switch(measure, rd = p * (1 - p) / n1 + q * (1 - q) / n2,
                   rr = p * (1 - p) / n1 + at^2 * q * (1 - q) / n2,
                   or = 1 / (1 / (n1 * p * (1 - p)) + 1 / (n2 * q * (1 - q))))
  gap / sqrt(spread)
}
score <- function(measure, z, inflate, a, n1, b, n2) {
  z <- z * sqrt(if (inflate) (n1 + n2) / (n1 + n2 - 1) else 1)
  scale <- if (measure == "rd") identity else exp
  none_1 <- switch(measure, rd = a == 0 && b == n2, rr = a == 0, or = a == 0 || b == n2)
  none_2 <- switch(measure, rd = b == 0 && a == n1, rr = b == 0, or = b == 0 || a == n1)
  ends <- if (measure == "rd") c(-1, 1) * (1 - 1e-12) else c(-16, 16)
  f <- function(side) function(x) distance(measure, scale(x), a, n1, b, n2) - side * z
  c(if (none_1) switch(measure, rd = -1, 0) else scale(root(f(1), ends[1], ends[2])),
    if (none_2) switch(measure, rd = 1, Inf) else scale(root(f(-1), ends[1], ends[2])))
}
conditional <- function(own, share, a, n1, b, n2) {
  x <- max(0, a + b - n2):min(n1, a + b)
  log_ways <- lchoose(n1, x) + lchoose(n2, a + b - x)
  tail <- function(side) function(l) {
    w <- exp(log_ways + l * x - max(log_ways + l * x))
    sum(w[(x - a) * side > 0], own * w[x == a]) / sum(w) - share
  }
  c(if (a == min(x)) 0 else exp(root(tail(1), -30, 30)), if (a == max(x)) Inf else exp(root(tail(-1), -30, 30)))
}
wilson <- function(a, n, level) prop.test(a, n, conf.level = level, correct = FALSE)$conf.int
newcombe <- function(level, a, n1, b, n2) {
  l <- wilson(a, n1, level); m <- wilson(b, n2, level); p <- a / n1; q <- b / n2
  p - q + c(-sqrt((p - l[1])^2 + (m[2] - q)^2), sqrt((l[2] - p)^2 + (q - m[1])^2))
}
cat("a,n1,b,n2,level,quantity,value\n")
for (level in c(0.8, 0.9, 0.99)) for (i in seq_len(nrow(tables))) {
  a <- tables[i, 1]; n1 <- tables[i, 2]; b <- tables[i, 3]; n2 <- tables[i, 4]
  share <- (1 - level) / 2; z <- qnorm(1 - share)
  put <- function(key, limits) cat(sprintf("%d,%d,%d,%d,%g,%s_%s,%.15g\n", a, n1, b, n2, level, key, c("lower", "upper"),
                                           as.numeric(limits)), sep = "")
  two <- function(...) suppressWarnings(prop.test(c(a, b), c(n1, n2), conf.level = level, ...)$conf.int)
  put("rd_wald", two(correct = FALSE)); put("rd_wald_cc", two())
  put("rd_newcombe", suppressWarnings(newcombe(level, a, n1, b, n2)))
  p <- (a + 1) / (n1 + 2); q <- (b + 1) / (n2 + 2)
  put("rd_agresti_caffo", p - q + c(-1, 1) * z * sqrt(p * (1 - p) / (n1 + 2) + q * (1 - q) / (n2 + 2)))
  if (a + b > 0 && a + b < n1 + n2) for (measure in c("rd", "rr", "or")) {
    put(c(rd = "rd_mee", rr = "rr_koopman", or = "or_cornfield_score")[measure], score(measure, z, FALSE, a, n1, b, n2))
    put(paste0(measure, "_mn"), score(measure, z, TRUE, a, n1, b, n2))
  }
  put("rr_katz", exp(log(a / n1 * n2 / b) + c(-1, 1) * z * sqrt(1 / a - 1 / n1 + 1 / b - 1 / n2)))
  put("or_woolf", exp(log(a / (n1 - a) * (n2 - b) / b) + c(-1, 1) * z * sqrt(1 / a + 1 / (n1 - a) + 1 / b + 1 / (n2 - b))))
  put("or_exact", conditional(1, share, a, n1, b, n2)); put("or_midp", conditional(0.5, share, a, n1, b, n2))
  put("cp", binom.test(a, n1, conf.level = level)$conf.int); put("wilson", suppressWarnings(wilson(a, n1, level)))
  put("jeffreys", c(if (a == 0) 0 else qbeta(share, a + .5, n1 - a + .5),
                    if (a == n1) 1 else qbeta(1 - share, a + .5, n1 - a + .5)))
  below <- function(p) pbinom(a - 1, n1, p) + .5 * dbinom(a, n1, p) - share
  above <- function(p) pbinom(a, n1, p, lower.tail = FALSE) + .5 * dbinom(a, n1, p) - share
  put("midp", c(if (a == 0) 0 else root(above, 0, 1), if (a == n1) 1 else root(below, 0, 1)))
}
