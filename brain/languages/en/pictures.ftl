# What a model reads in place of pictures that it cannot see.
prompt-unseen-pictures = { $count ->
    [one] [A picture came with this message. You cannot see pictures: say so kindly, and ask what it shows.]
   *[other] [{ $count } pictures came with this message. You cannot see pictures: say so kindly, and ask what they show.]
}
