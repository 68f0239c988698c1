package lab

// setProducts lists the products that look at whole sets of images or walk uphill.
func setProducts() []product { return nil }
