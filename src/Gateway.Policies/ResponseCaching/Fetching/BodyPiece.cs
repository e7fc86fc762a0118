namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>A stretch of a body on its way: filled by the fetch, read by any number of readers, which hold the piece they are at.</summary>
internal sealed class BodyPiece(int size)
{
    private volatile int _filled;
    private volatile BodyPiece? _next;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(size);

    /// <summary>Bytes that are there to read; grows until the piece is full or the body ends.</summary>
    public int Filled
    {
        get => _filled;
        set => _filled = value;
    }

    /// <summary>Set once this piece grows no more and another follows.</summary>
    public BodyPiece? Next
    {
        get => _next;
        set => _next = value;
    }
}
