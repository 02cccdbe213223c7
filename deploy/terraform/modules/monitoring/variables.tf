variable "name" {
  type = string
}

variable "project" {
  type = string
}

variable "host" {
  description = "Host of the API."
  type        = string
}

variable "max_connections" {
  description = "Of the database."
  type        = number
}

variable "runbooks" {
  description = "URL of docs/runbooks, without a slash at its end."
  type        = string
}

variable "email" {
  type = string
}

variable "billing_account" {
  type = string
}

variable "monthly_budget" {
  description = "In whole units of the billing account's currency."
  type        = number
}
