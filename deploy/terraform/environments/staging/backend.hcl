bucket = "plinth-staging-terraform"
prefix = "plinth"
