# Lo que lee un modelo en lugar de las imágenes que no puede ver.
prompt-unseen-pictures = { $count ->
    [one] [Con este mensaje llegó una imagen. No puedes ver imágenes: dilo con amabilidad y pregunta qué muestra.]
   *[other] [Con este mensaje llegaron { $count } imágenes. No puedes ver imágenes: dilo con amabilidad y pregunta qué muestran.]
}
