"""What is done with a register: views of it are kept, files and print are made of it, due dates are seen on a calendar."""
