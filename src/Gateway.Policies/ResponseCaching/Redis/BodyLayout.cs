using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>How a body lies in Redis: within its entry, or in chunks of their own.</summary>
/// <param name="Length">Bytes as clients get them.</param>
/// <param name="Compressed">True: what lies within the entry is compressed. Chunks say it each for itself.</param>
/// <param name="Id">Names the chunks; says nothing where there are none.</param>
/// <param name="Chunks">How many; 0: the body is within the entry, <see cref="Growing"/>: it is still being uploaded.</param>
internal sealed record BodyLayout(long Length, bool Compressed, long Id, int Chunks)
{
    public const int Growing = -1;

    public bool IsGrowing => Chunks == Growing;

    /// <summary>A body within its entry, as it is.</summary>
    public static BodyLayout Within(StoredBody body) => new(body.Length, Compressed: false, Id: 0, Chunks: 0);

    /// <summary>As it stands beside the entry, so that whoever removes the entry can remove its chunks: <c>id:count</c>.</summary>
    public string Reference => Chunks == 0 ? "" : $"{Id:x16}:{Math.Max(0, Chunks)}";
}
