package dev.perdure.lab.cluster.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams that it is told of ({@code ADDRESS TEXT} on standard input) and prints those that
 * come. Ends with its input.
 */
public final class Probe {

  private static final int PORT = 7777;

  private Probe() {}

  public static void main(String[] args) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(args[0], PORT));
    Thread.ofPlatform().daemon().start(() -> print(socket));
    System.out.println("listens");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ", 2);
      byte[] text = parts[1].getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(text, text.length, InetAddress.getByName(parts[0]), PORT));
    }
  }

  private static void print(DatagramSocket socket) {
    byte[] buffer = new byte[1000];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        System.out.println(new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      System.out.println(e);
    }
  }
}
