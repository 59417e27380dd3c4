<?php
header('Content-Type: text/plain');
echo getenv('GREETING'), ' from PHP ', PHP_MAJOR_VERSION, ', pid ', getmypid(), "\n";
