# Lo que lee quien administra cuando se atienden plataformas.
serving-port-taken = No puedo escuchar en { $host }, puerto { $port }: { $reason }. Elige otro.
serving-nothing = No hay ninguna plataforma configurada: define SILICONFRIEND_DISCORD__TOKEN o SILICONFRIEND_TELEGRAM__TOKEN, o ambos.
serving-waits = { $error } Los espero; Ctrl-C detiene todo.
serving-started = En servicio: { $names }. Ctrl-C detiene todo y deja terminar las respuestas en curso.
serving-stopped = Servicio detenido.
