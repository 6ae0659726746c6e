from . import right, wrong

wrong("a neighbour", "blind_1")("factor 2 in dW")
wrong("not a name", "blind_1")("batch norm")
wrong("a number", "blind_1")(3)
wrong("the other way to scale", "blind_2")("dropout on at test time")
wrong("another bug of the mask", "blind_2")("randn for the mask")
wrong("another bug of Adam", "blind_3")("beta1 in the second moment")
wrong("another bug of Adam's correction", "blind_3")("no bias correction")
wrong("labels", "blind_4")("labels out of step")
wrong("statistics", "blind_5")("statistics of the test set")
right("careless writing", "blind_2")(" No  scaling at test time ")
right("capitals", "blind_3")("EPS inside the root")
right("the name", "blind_5")("penalty on the biases")
