from tancai.cli import main

main()
