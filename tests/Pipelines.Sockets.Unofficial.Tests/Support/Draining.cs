using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>Reads to the end and counts.</summary>
internal static class Draining
{
    public static async Task<long> DrainAsync(this PipeReader reader)
    {
        long total = 0;
        while (true)
        {
            ReadResult read = await reader.ReadAsync().InTime();
            total += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return total;
            }
        }
    }

    public static Task<long> DrainAsync(this Socket socket) => DrainAsync(buffer => socket.ReceiveAsync(buffer));

    public static Task<long> DrainAsync(this Stream stream) => DrainAsync(buffer => stream.ReadAsync(buffer));

    private static async Task<long> DrainAsync(Func<Memory<byte>, ValueTask<int>> receive)
    {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        int bytes;
        while ((bytes = await receive(buffer).InTime()) > 0)
        {
            total += bytes;
        }

        return total;
    }
}
