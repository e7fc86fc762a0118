namespace Gateway.Policies.ResponseCaching.InMemory;

/// <summary>All variants of one URI, newest first, and the distinct Vary lists among them. Immutable: replaced whole.</summary>
internal sealed class UriNode(MemorySlot[] slots)
{
    public MemorySlot[] Slots { get; } = slots;

    public string[][] VaryLists { get; } = slots.Length == 1 ? [slots[0].Entry.VaryNames] : Distinct(slots);

    private static string[][] Distinct(MemorySlot[] slots)
    {
        var lists = new List<string[]>(1);
        foreach (MemorySlot slot in slots)
        {
            if (!lists.Exists(list => list.AsSpan().SequenceEqual(slot.Entry.VaryNames)))
            {
                lists.Add(slot.Entry.VaryNames);
            }
        }

        return [.. lists];
    }
}
